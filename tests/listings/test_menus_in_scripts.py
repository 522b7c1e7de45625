"""Menus of cities that a script file holds as objects, arrays and codes; what is made of them at another place."""

from __future__ import annotations

import re

import pytest

from newscrawler.listings.named_links import LinkReader

HOME = "http://www.t.example/"
CITIES = {"宜昌": "yc", "荆州": "jz", "恩施": "es"}
TRUTH = {name: f"{HOME}hb/{code}/" for name, code in CITIES.items()}


def script_of(text: str) -> str:
    """Put each `<<row>>` once for each city, with its NAME, ESCAPED name and CODE; rows between `[]` have commas."""

    def rows(match: re.Match[str]) -> str:
        between = "" if match[1].endswith(";") else ","
        made = []
        for name, code in CITIES.items():
            escaped = "".join(f"\\u{ord(character):04x}" for character in name)
            made.append(match[1].replace("NAME", name).replace("ESCAPED", escaped).replace("CODE", code))
        return between.join(made)

    return re.sub(r"<<(.*?)>>", rows, text)


def links_of(script: str) -> dict[str, str]:
    reader = LinkReader()
    reader.read_script(script, HOME, ())
    return {link.names[0]: link.url for link in reader.links if link.names[0] != "秭归"}


WRITE = """for(var i=0;i<c.length;i++){$("#m").append('<li><a href="/hb/'+c[i].code+'/">'+c[i].name+'</a></li>');}"""
SCRIPTS = {
    "objects": """var c=[<<{name:"NAME",url:"/hb/CODE/"}>>];
        for(var i in c){ $("#m").append("<a href='"+c[i].url+"'>"+c[i].name+"</a>"); }""",
    "objects with more": 'var c=[<<{id:7,name:"NAME",code:"42",url:"/hb/CODE/",icon:"/i/CODE.png"}>>];',
    "other names": 'var c=[<<{"mc":"NAME","lj":"/hb/CODE/"}>>];',
    "escapes": r'var c=[<<{"name":"ESCAPED","url":"\/hb\/CODE\/"}>>];',
    "keys": 'var c={<<"NAME":"/hb/CODE/">>};',
    "keys without quotes": 'var c={<<NAME: "/hb/CODE/">>};',
    "keys set one by one": 'var c={};<<c["NAME"] = "/hb/CODE/";>>',
    "keys with a base": "var b='/hb/',c={};<<c['NAME']=b+'CODE/';>>",
    "pushed": 'var c=[];<<c.push({text:"NAME",href:"/hb/CODE/"});>>',
    "counties inside": 'var c=[<<{name:"NAME",url:"/hb/CODE/",below:[{name:"秭归",url:"/z/"}]}>>];',
    "counties before": 'var c=[<<{below:[{name:"秭归",url:"/z/"}],name:"NAME",url:"/hb/CODE/"}>>];',
    "an object for the link": 'var c=[<<{name:"NAME",link:{url:"/hb/CODE/"}}>>];',
    "objects for both": 'var c=[<<{city:{name:"NAME"},link:{url:"/hb/CODE/"}}>>];',
    "JSON as text": """var c=JSON.parse('[<<{"name":"NAME","url":"/hb/CODE/"}>>]');""",
    "codes": 'var c=[<<{name:"NAME",code:"CODE"}>>];' + WRITE,
    "codes in arrays": """var c=[<<["NAME","CODE"]>>];
        for(i=0;i<3;i++)document.write('<a href="/hb/'+c[i][1]+'/">'+c[i][0]+'</a>');""",
    "codes in a click": """var c=[<<{n:"NAME",c:"CODE"}>>]; go=function(k){location.href='/hb/'+k.c+'/';}""",
    "codes in a template": """const c=[<<{name:"NAME",code:"CODE"}>>];
        m.innerHTML=c.map(x=>`<a href="/hb/${x.code}/">${x.name}</a>`).join("");""",
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_menu_in_the_data_of_a_script_file(kind: str) -> None:
    assert links_of(script_of(SCRIPTS[kind])) == TRUTH


@pytest.mark.parametrize(
    "script",
    [
        # Two addresses may be made of the codes: nothing shows which.
        'var c=[<<{name:"NAME",code:"CODE"}>>];' + WRITE + WRITE.replace("/hb/", "/tj/"),
        # Two codes may stand in the address.
        'var c=[<<{name:"NAME",code:"CODE",sort:"aCODE"}>>];' + WRITE,
        # The codes are those of the weather.
        'var c=[<<{name:"NAME",code:"CODE"}>>];$.get(api+c[i].code,show);',
        # One code for all.
        'var c=[<<{name:"NAME",code:"hb"}>>];' + WRITE,
        # A name in one object, several addresses in another.
        'var c=[<<{tip:{text:"NAME"},links:{a:"/a/",b:"/b/"}}>>];',
        # A list of names is not one of them.
        'var c={names:[<<{n:"NAME"}>>],url:"/hb/"};',
    ],
)
def test_codes_and_objects_that_make_no_menu(script: str) -> None:
    assert not set(links_of(script_of(script))) & set(CITIES)
