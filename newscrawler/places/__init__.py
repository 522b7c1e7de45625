"""The gazetteer: China's provinces, prefectures and counties with their GB/T 2260 codes and names."""
