"""Who reprints whom as a network: outlets and portals as nodes, reprints as edges from the original to the copy.

networkx belongs to the extra `research`, matplotlib to `plot`; both are imported when they are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from math import log2
from typing import TYPE_CHECKING, Any

from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from networkx import DiGraph

MOST_EDGES = 40
"""Edges of a picture: those with the most reprints. A file has all of them."""
_BLUE = "#2563a8"
_CURVE = "arc3,rad=0.12"
"""Edges in both directions do not cover each other."""


def network_of(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> DiGraph:
    """Return the network of the report `reprints` (`archive.reports.statistics`).

    `names` are the names of portals by their ids: an outlet and a portal of one name are one node. A node has the
    number of its articles that others reprint (`reprinted`) and of those that it reprints (`reprints`). An edge has the
    reprints, how many of them have an original that a reprint names (`named`), and the median delay in days, and in
    hours where pages show a time. If an outlet's originals stand on several portals, its delays are those of the portal
    with the most reprints.
    """
    from networkx import DiGraph

    network = DiGraph()
    for row in rows:  # most reprints first
        origin, portal = printable(row["origin"]), printable(names.get(row["portal"], row["portal"]))
        for node in (origin, portal):
            if node not in network:
                network.add_node(node, label=node, reprinted=0, reprints=0)
        network.nodes[origin]["reprinted"] += row["reprints"]
        network.nodes[portal]["reprints"] += row["reprints"]
        if network.has_edge(origin, portal):
            edge = network.edges[origin, portal]
            edge["reprints"] += row["reprints"]
            edge["named"] += row["named"]
            continue
        delays = {key: row[key] for key in ("median_days", "median_hours") if row[key] is not None}
        network.add_edge(origin, portal, reprints=row["reprints"], named=row["named"], **delays)
    return network


def graphml(network: DiGraph) -> bytes:
    """Return a network as a file of GraphML, which Gephi, igraph and others read."""
    from networkx import write_graphml_xml

    out = BytesIO()
    write_graphml_xml(network, out)
    return out.getvalue()


def network_picture(network: DiGraph, title: str, caption: Sequence[str], suffix: str) -> bytes:
    """Return a network as PNG or SVG: nodes on a circle, arrows from the original to the copy.

    A thicker arrow has more reprints; its label is their number. Equal data gives equal files. Raises FontError when no
    installed font has the characters.
    """
    import networkx as nx

    from newscrawler.archive.reports.figures import figure_bytes, fonts_for, new_figure

    edges = sorted(network.edges(data="reprints"), key=lambda edge: (-edge[2], edge[0], edge[1]))
    shown = nx.DiGraph()
    shown.add_weighted_edges_from(edges[:MOST_EDGES])
    if len(edges) > MOST_EDGES:
        title = f"{title} (the {MOST_EDGES} largest of {len(edges):,})"
    with fonts_for([title, *shown.nodes, *caption]) as label:
        figure, axes = new_figure(9, 8, title)
        axes.axis("off")
        axes.margins(0.25)
        places = nx.circular_layout(shown)
        sizes = [200 + 120 * log2(1 + network.nodes[node]["reprinted"]) for node in shown]
        weights = list(shown.edges(data="weight"))
        nx.draw_networkx_nodes(shown, places, ax=axes, node_size=sizes, node_color=_BLUE)
        nx.draw_networkx_edges(
            shown,
            places,
            ax=axes,
            width=[0.6 + 0.5 * log2(1 + weight) for *_, weight in weights],
            node_size=sizes,
            edge_color="#666666",
            connectionstyle=_CURVE,
        )
        nx.draw_networkx_edge_labels(
            shown,
            places,
            {(one, other): f"{weight:,}" for one, other, weight in weights},
            ax=axes,
            font_size=7,
            connectionstyle=_CURVE,
        )
        for node, (x, y) in places.items():
            axes.text(1.16 * x, 1.16 * y, label(node), ha="center", va="center", fontsize=8)
        return figure_bytes(figure, caption, suffix)
