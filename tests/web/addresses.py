"""The addresses of the portal: one of every kind of page, after the language."""

from __future__ import annotations

LANGUAGES = ("fr", "nl", "de", "en")

AGREEMENT = "/agreements/be/amm/2020"
BUDGET = "/budget/be/amm/2020"
PROCEDURES = "/procedures/be/amm/2020"
REPLAY = "/procedures/be/amm/2024/replay"

ADDRESSES = (
    "/",
    "/search",
    "/search?q=supplement",
    "/search?q=19000122003",
    "/pay",
    "/agreements",
    AGREEMENT,
    f"{AGREEMENT}/14",
    f"{AGREEMENT}/14.4?on=2020-07-01",
    f"{AGREEMENT}/4.1",
    f"{AGREEMENT}/parameters",
    f"{AGREEMENT}/index-rates?code=458673",
    f"{AGREEMENT}/annex",
    f"{AGREEMENT}/verification",
    "/agreements/be/amm/2024",
    "/agreements/be/amm/2024/9.2.4",
    f"{AGREEMENT}/comparison/be/amm/2024",
    BUDGET,
    f"{BUDGET}/scenario?surgery=1.5%25&title=A",
    f"{BUDGET}/comparison?scenario=&scenario=all%3D1.95%2525",
    f"{BUDGET}/allocator?floors.all=1%25&tie.surgery=A&tie.imaging=A&priority.imaging=1",
    f"{BUDGET}/allocator?floors.surgery=6%25&spread=2%25&mass=138706",
    "/budget/be/amm/2024/scenario?growth.index=3.34%25&growth.norm=2.5%25",
    "/fees",
    "/fees?q=101",
    "/fees/101032",
    "/fees/102233",
    "/fees/458673",
    "/register",
    "/register/window?agreement=be/amm/2020",
    "/register/mine",
    "/register/timetable",
    "/register/timetable?profession=specialist",
    f"{PROCEDURES}?on=2020-02-10",
    "/procedures/be/amm/2024?on=2024-11-05&denunciation_clocks=as_in_2020",
    f"{PROCEDURES}/grounds",
    f"{PROCEDURES}/grounds?event=third_party_extension&on=2020-03-02",
    f"{PROCEDURES}/denunciation",
    f"{PROCEDURES}/denunciation?ground=16.2.1&by=doctor&event=2020-03-02&finding=2020-03-12",
    REPLAY,
    f"{REPLAY}?on=2024-11-20",
    "/procedures/be/amm/2020/commitments?on=2020-06-01",
    "/procedures/be/amm/2020/calendar",
    "/procedures/decisions",
    "/observatory",
    "/observatory?who=gp&year=2018",
    "/observatory/maps?who=specialist",
    "/observatory/contradictions",
    "/observatory/contradictions/conventioning-2024",
    "/observatory/contradictions/conventioning-2018",
    "/observatory/access?q=Saint",
    "/observatory/access?code=62063&number=98",
    "/observatory/downloads",
    "/check",
    "/sign-in",
    "/glossary",
    "/sources",
    "/api",
)

NOT_THERE = "/no-such-page"
