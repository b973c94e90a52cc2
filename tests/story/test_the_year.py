"""The whole contest year of a federation through its pages, each step as the one who takes it sees it."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from skillhub.batches import works
from skillhub.kernel import workers
from tests.story.cast import CITY, COLLEAGUES, LAST_YEAR, MARKS, SCHEME, THEORY, Year

HERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def year(app, root, sign_in):
    return Year(app, root, sign_in)


@pytest.fixture
def on():
    """on("04-01 09:00") turns the clock to that minute of 2026, as it shows in the hall."""
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=HERE), tick=False) as traveller:
        yield lambda when: traveller.move_to(
            datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=HERE)
        )


def test_the_whole_year(year, on):
    on("03-02 09:00")
    it_is_announced_as_last_year(year)
    it_is_filed_by_one_and_approved_by_another(year)
    the_city_takes_the_best_two(year)
    on("04-02 10:00")
    registration_opens_with_places_and_quotas(year)
    units_and_workers_register(year)
    one_leaves_and_the_first_in_line_follows(year)
    on("04-29 15:00")
    another_takes_over_a_place(year)
    on("05-04 09:00")
    registration_closes(year)
    on("05-18 09:00")
    the_scheme_is_written_and_the_panel_seated(year)
    what_changed_is_approved_again(year)
    codes_are_drawn_and_the_rules_locked(year)
    on("05-20 08:30")
    they_arrive_and_it_begins(year)
    on("05-20 11:00")
    judges_mark_under_codes(year)
    a_dispute_is_voted_on_again(year)
    a_clerk_types_into_the_score_table(year)
    a_second_person_looks(year)
    on("05-20 17:00")
    the_chief_signs_and_codes_are_opened_before_a_witness(year)
    the_doctor_and_the_finish_line_name_what_is_open(year)
    on("05-21 09:00")
    the_ranking_is_frozen_and_laid_open(year)
    an_embargo_opens_by_itself(year, on)
    on("05-22 10:00")
    a_worker_queries_and_a_stranger_objects(year)
    on("05-25 10:00")
    the_panel_decides(year)
    a_correction_is_built_aside_approved_and_applied(year)
    on("06-01 16:00")
    it_is_not_final_before_the_notice_has_run(year)
    on("06-02 09:00")
    it_is_signed_conferred_and_published(year)
    the_board_is_revealed_award_by_award(year)
    certificates_are_issued_and_verified(year)
    they_are_printed_and_handed_over(year)
    the_best_go_up_and_a_reserve_follows(year)
    units_are_ranked_and_the_year_is_archived(year)


def it_is_announced_as_last_year(year):
    sun = year.by("sun")
    sun.sees("/competitions/load")
    page = sun.presses("Load", "北区职工技能大赛", text=LAST_YEAR)
    sun.sees(f"{page.path}/clone")
    page = sun.presses("Announce the new edition", "2026", code="cup2026", year="2026", series="on")
    year.cup = page.path
    year.event = year.cup + f"/events/{page.number(rf'{year.cup}/events/([0-9]+)')}"
    year.work = sun.sees(f"{year.event}/rules", "焊工").number(r"/schemes/([0-9]+)[^>]*>[^<]*实操")


def it_is_filed_by_one_and_approved_by_another(year):
    sun, he = year.by("sun"), year.by("he")
    sun.sees(f"{year.cup}/life")
    sun.presses("File it", "A second person approves it now")
    assert "Approve" not in sun.page.buttons()
    he.sees("/work", "Competitions to approve 1")
    he.sees(f"{year.cup}/life")
    he.presses("Approve", "approved and public")


def the_city_takes_the_best_two(year):
    sun = year.by("sun")
    sun.sees("/competitions/load")
    sun.presses("Load", text=CITY)
    year.city = f"{sun.page.path}/events/{sun.page.number(rf'{sun.page.path}/events/([0-9]+)')}"
    sun.sees(f"{year.event}/ladder/add")
    target = year.city.rpartition("/")[2]
    sun.presses(
        "Set the rule", "reserve", target=target, top_n="2", reserves="1", answer_hours="72"
    )


def registration_opens_with_places_and_quotas(year):
    sun = year.by("sun")
    sun.sees(f"{year.event}/registrations/rules")
    sun.presses("Save", capacity="5", unit_quota="3", waiting_list="on", endorse="on", at_once="on")
    sun.sees(f"{year.event}/life", "What comes next: registration open")
    sun.presses("Open registration", "Registration is open.")


def units_and_workers_register(year):
    """The plant sends two, its third asks on a phone and waits for the plant; the yard has one more than places."""
    ma, zhang, yao = year.by("ma"), year.by("zhang"), year.by("yao")
    ma.sees(year.desk(year.plant), "Li Wei", "Zhang Qiang")
    ma.presses(
        "Register the ticked",
        "2 are registered, 2 of them admitted",
        person=year.keys("li", "wang"),
    )
    zhang.sees("/standing/enter", "Welding", "3 places left")
    zhang.follows("Welding")
    zhang.presses("Register me", "waits for the unit")
    ma.sees(year.desk(year.plant), "Zhang Qiang")
    ma.presses("Agree to the ticked", "1 registrations are endorsed.")
    zhang.sees(f"/standing/enter/{year.event_id}", "admitted")
    yao.sees(year.desk(year.yard))
    yao.presses("Register the ticked", "3 are registered, 2 of them admitted", "on the waiting list",
                person=year.keys("chen", "ortiz", "zhao"))  # fmt: skip
    year.by("zhao").sees(f"/standing/enter/{year.event_id}", "waiting list")


def one_leaves_and_the_first_in_line_follows(year):
    zhang = year.by("zhang")
    zhang.sees(f"/standing/enter/{year.event_id}")
    zhang.presses("Withdraw", "Your registration is withdrawn.")
    year.by("zhao").sees(f"/standing/enter/{year.event_id}", "admitted")


def another_takes_over_a_place(year):
    """Up to the deadline the unit may send somebody else, with a reason; the conditions are looked at anew."""
    ma = year.by("ma")
    ma.sees(year.desk(year.plant))
    ma.follows("R002")
    ma.presses("Pass the place on", "has passed on", person="qian-plant", why="Wang Fang is ill.")
    year.by("sun").sees(f"{year.event}/entries", "Qian Duo", "Zhao Min")


def registration_closes(year):
    sun = year.by("sun")
    sun.sees(f"{year.event}/life")
    sun.presses("Close registration", "Registration is closed.")
    year.by("zhang").sees(f"/standing/enter/{year.event_id}", "Registration is not open")


def the_scheme_is_written_and_the_panel_seated(year):
    tang = year.by("tang")
    scheme = f"{year.event}/schemes/{year.work}"
    for kind, typed in SCHEME:
        tang.sees(f"{scheme}/aspect?kind={kind}")
        tang.presses("Save the aspect", typed["name"], **typed)
    tang.sees(f"{year.event}/panels", "Seat 5")
    seats = {f"seat-{n}": year.users[f"judge{n}"].id for n in range(1, 6)}
    tang.presses("Seat the panel", "same employer", **seats)
    for _ in ("Li Wei", "Qian Duo"):
        tang.presses("Confirm", "Stepped aside")


def what_changed_is_approved_again(year):
    """The approval was of rules without this scheme."""
    year.by("sun").sees(f"{year.event}/life", "approves first what changed since it was approved")
    he = year.by("he")
    he.sees(f"{year.cup}/life", "components")
    he.presses("Approve")


def codes_are_drawn_and_the_rules_locked(year):
    ren, sun = year.by("ren"), year.by("sun")
    sun.sees(f"{year.event}/life", "5 entries have no code yet")
    ren.sees(f"{year.event}/codes")
    ren.presses("Draw the numbers")
    page = ren.presses("Draw the codes")
    pairs = re.findall(
        r'secret-code">([0-9]+)</strong>.*?<th scope="row">([^<]+)</th>', page.html, re.DOTALL
    )
    year.codes = {name: code for code, name in pairs}
    assert "Li Wei" not in sun.sees(f"{year.event}/codes")
    sun.sees(f"{year.event}/life")
    sun.presses("Lock the rules")


def they_arrive_and_it_begins(year):
    sun = year.by("sun")
    sun.sees(f"{year.event}/arrivals", "Li Wei")
    present = re.findall(r'name="present" id="entry-([0-9]+)"', sun.page.html)
    sun.presses("Save who is there", "5 entries are there.", present=present)
    sun.sees(f"{year.event}/life", "running")


def judges_mark_under_codes(year):
    """Each judge on a tablet: codes only, never the own colleagues, others' votes after the own."""
    for n in range(1, 6):
        judge = year.by(f"judge{n}")
        judge.sees("/judging", "实操")
        bench = judge.sees(f"{year.event}/panels/{year.work}/bench")
        assert "Chen Jie" not in bench
        for name, (measured, look, design) in MARKS.items():
            ballot = f"{year.event}/panels/{year.work}/bench/{year.codes[name]}"
            if n == 5 and name in COLLEAGUES:
                assert year.codes[name] not in bench
                judge.sees(ballot, status=404)
                continue
            if n == 1:
                judge.sees(f"{ballot}?together=1", "measured by the panel together")
                judge.presses("Save", **{"b-A1-1": measured})
            judge.sees(ballot)
            typed = {"b-C1-1": design[n - 1]} | ({"b-B1-1": look[n - 1]} if n <= 3 else {})
            judge.presses("Submit and next", "Your marks are submitted.", **typed)


def a_dispute_is_voted_on_again(year):
    tang = year.by("tang")
    tang.sees(
        f"{year.event}/panels/{year.work}/chief", "differ by 2", "1 disputes must be voted on again"
    )
    assert "Sign and submit" not in tang.page.buttons()
    tang.presses(
        "Ask for a new vote", "The judges are asked to vote again.", reason_given="They talked."
    )
    for n in range(1, 6):
        judge = year.by(f"judge{n}")
        judge.sees(
            f"{year.event}/panels/{year.work}/bench/{year.codes['Zhao Min']}", "asked to vote again"
        )
        judge.presses("Submit and next", **({"b-B1-1": "2"} if n <= 3 else {}))


def a_clerk_types_into_the_score_table(year):
    """Saved value by value; where two type into one cell the second reads both values, and nothing is lost."""
    clerk = year.by("clerk")
    table = year.table(clerk.sees(f"{year.event}/table", "Score table"))
    assert "Chen Jie" not in clerk.page.html
    (theory,) = (head["key"] for head in table["heads"] if head["name"] == "理论")
    for name, points in THEORY.items():
        year.types(clerk, table, year.codes[name], theory, points)
    answer = year.types(year.by("he"), table, year.codes["Chen Jie"], theory, "79", status=409)
    assert "78" in str(answer["cells"][0])
    year.theory = theory


def a_second_person_looks(year):
    """The checker takes the pile, so that nobody else looks at the same papers; the clerk confirms nothing typed."""
    clerk, zhou, he = year.by("clerk"), year.by("zhou"), year.by("he")
    zhou.sees(f"{year.event}/marks/check", "0 of 10 marks are checked")
    zhou.presses("Take the next pile", "0 / 10")
    he.sees(f"{year.event}/marks/check", "taken by somebody")
    assert not any("Confirm all" in label for label in he.page.buttons())
    clerk.sees(f"{year.event}/results/freeze", "10 marks wait for a second person to confirm them")
    zhou.presses("Matches")
    zhou.sees(f"{year.event}/marks/check")
    zhou.presses("Confirm all that are shown (9)", "10 of 10 marks are checked")


def the_chief_signs_and_codes_are_opened_before_a_witness(year):
    tang, ren, fatima = year.by("tang"), year.by("ren"), year.by("fatima")
    for part in (year.theory, year.work):
        tang.sees(f"{year.event}/panels/{part}/chief", "Nothing is open any more")
        tang.presses("Sign and submit", "The marks are submitted.")
    ren.sees(f"{year.event}/codes")
    ren.presses("Open the codes", "Ask somebody else to sign in and confirm here.")
    assert "Chen Jie" not in fatima.sees(f"{year.event}/codes")
    fatima.presses("I was present and confirm", "Chen Jie")


def the_doctor_and_the_finish_line_name_what_is_open(year):
    sun = year.by("sun")
    sun.sees(f"{year.event}/life")
    sun.presses("End the event", "The event has ended.")
    sun.sees(f"{year.event}/doctor")
    sun.sees(f"{year.event}/results/final", "points are open")
    sun.sees(f"{year.event}/results", "Li Wei", "provisional")


def the_ranking_is_frozen_and_laid_open(year):
    """Five working days: the notice opened on Thursday counts from Friday, over a weekend, to the next Thursday."""
    sun = year.by("sun")
    sun.sees(f"{year.event}/results/freeze")
    sun.presses("Freeze the ranking")
    sun.sees(f"{year.event}/notice", "until the end of May 28, 2026")
    page = sun.presses("Open the public notice", contact_name="Office", contact="0531-1234")
    year.notice = f"/notices/{page.number(r'/notices/([0-9]+)')}"
    sun.sees(f"{year.event}/results/final", "points are open")


def an_embargo_opens_by_itself(year, on):
    """Published in the morning, read from noon on: one second before nobody outside reads a name."""
    sun, stranger = year.by("sun"), year.nobody()
    sun.sees(f"{year.cup}/publishing", "Nothing of this competition is public.")
    sun.presses("Save", "open by themselves", opens_at="2026-05-21T12:00", names="full",
                agreed=["unit", "total", "reason", "award"])  # fmt: skip
    sun.presses("Publish now")
    year.public = "/results/cup2026/welding"
    on("05-21 11:59")
    assert "Li Wei" not in stranger.sees(year.public, "The results open on")
    on("05-21 12:00")
    stranger.sees(year.public, "Li Wei", "Northern Heavy Machinery", "Provisional", "93.08")
    stranger.follows("Object", "The ranking is laid open")


def a_worker_queries_and_a_stranger_objects(year):
    chen, stranger = year.by("chen"), year.nobody()
    chen.sees("/standing/results")
    chen.follows("Welding", "Provisional result", "Place 3")
    year.own = chen.page.path
    chen.follows("Query this")
    chen.presses("Send", "received", subject="score", reason="My theory paper says 87, not 78.")
    stranger.sees(year.notice, "The ranking is laid open")
    stranger.presses(
        "File the objection", "Nameless objections cannot be looked into.", reason="Hm."
    )
    stranger.presses("File the objection", "Received.", name="Sun Wukong", contact="138 0000 0000",
                     subject="eligibility", reason="Is Ana Ortiz still with the yard?")  # fmt: skip
    year.by("sun").sees(f"{year.event}/life", "under review")


def the_panel_decides(year):
    """One is dismissed, one upheld; whoever filed reads the reason at once."""
    gu = year.by("gu")
    gu.sees("/appeals", "Sun Wukong", "Chen Jie")
    gu.follows("the event as a whole")
    gu.presses("Decide", status=422, outcome="dismissed", why="")
    gu.presses("Decide", outcome="dismissed", why="The yard confirms it in writing.")
    gu.sees("/appeals")
    gu.follows("Chen Jie")
    gu.presses("Decide", outcome="upheld", why="The paper says 87.", corrects="y")
    year.by("chen").sees(year.own, "The paper says 87.")
    year.by("sun").sees(f"{year.event}/results/final", "points are open")


def a_correction_is_built_aside_approved_and_applied(year):
    """Nothing changes until a second person approves; then everything does, and the notice runs anew."""
    sun, he = year.by("sun"), year.by("he")
    sun.sees(f"{year.event}/appeals")
    sun.follows("Chen Jie")
    sun.follows("Begin the correction")
    sun.presses("Begin", reason="The paper says 87.", evidence="Paper 3 of the pile")
    row = sun.page.path
    sun.follows("78")
    sun.presses("Put it into the correction", "3 → 2", "2 → 3", points="87")
    year.by("chen").sees(year.own, "3")
    sun.presses("Propose it to a second person", "It waits for a second person now.")
    assert "Approve and apply all of it" not in sun.page.buttons()
    he.sees(row, "3 → 2")
    he.presses("Approve and apply all of it", "The correction is applied")
    sun.sees(f"{year.event}/notice", "Notice 2")


def it_is_not_final_before_the_notice_has_run(year):
    """The correction began the notice anew, from Tuesday over a weekend to Monday."""
    sun = year.by("sun")
    sun.sees(f"{year.event}/results/final", "the public notice runs until")
    assert "Sign and make final" not in sun.page.buttons()


def it_is_signed_conferred_and_published(year):
    sun, stranger = year.by("sun"), year.nobody()
    sun.sees(f"{year.event}/results/final", "Nothing is open any more")
    sun.presses("Sign and make final", name="Sun")
    sun.sees(f"{year.event}/awards")
    sun.presses("Confer 3 awards")
    sun.sees(f"{year.cup}/publishing")
    sun.presses("Publish now", "final")
    page = stranger.sees(year.public, "Li Wei", "Chen Jie")
    assert "Provisional" not in page
    assert page.words.index("Chen Jie") < page.words.index("Ana Ortiz")
    lines = stranger.browser.get(f"{year.public}/lines.json").json
    assert [line["rank"] for line in lines["lines"]] == [1, 2, 3, 4, 5]


def the_board_is_revealed_award_by_award(year):
    """Frozen it names nobody; then each award stands on the screen as it does on the ceremony sheet."""
    sun, hall = year.by("sun"), year.nobody()
    sheet = sun.sees(f"{year.cup}/ceremony")
    order = sorted(("Li Wei", "Chen Jie", "Ana Ortiz"), key=sheet.words.index)
    assert order == ["Ana Ortiz", "Chen Jie", "Li Wei"]
    sun.sees(f"{year.cup}/board")
    sun.presses("Open a board")
    sun.presses("Freeze until the ceremony", "frozen until the ceremony")
    assert not any(name in hall.sees("/board/cup2026") for name in order)
    for n, name in enumerate(order, 1):
        sun.presses("Reveal the next one", f"{n} of 3 revealed")
        hall.sees("/board/cup2026", name)
        assert not any(later in hall.page for later in order[n:])


def certificates_are_issued_and_verified(year):
    lin, stranger = year.by("lin"), year.nobody()
    lin.sees(f"{year.cup}/certificates/choose", "ready")
    lin.presses("Print 3 certificates")
    while workers.run_next(works.WORKS):  # as the server does in the background
        pass
    lin.sees("/batches", "3 / 3", "done")
    chen = year.by("chen")
    chen.sees("/standing/certificates", "Silver", "valid")
    chen.follows("Show")
    proof = re.search(r"/v/[\w-]+", chen.page.html)[0]
    stranger.sees(proof, "Valid", "Chen Jie")
    stranger.sees(f"{proof}x", status=404)


def they_are_printed_and_handed_over(year):
    """Every sheet is written down: one is spoiled and printed again, and the count by hand agrees."""
    lin = year.by("lin")
    lin.sees("/batches")
    lin.sees(f"/batches/{lin.page.number(r'/batches/([0-9]+)')}")
    lin.follows("Send to a printer")
    lin.presses("Send those ticked to the printer", "Chen Jie", "sent to the printer")
    pile = lin.page.path + "?" + lin.page.answer.request.query_string.decode()
    lin.follows("Open the file to print")
    assert lin.page.answer.data.startswith(b"%PDF")
    lin.sees("/copies?q=Chen Jie")
    lin.presses("Note it as spoiled", "spoiled", reason="jam")
    lin.sees(pile)
    lin.presses("Those ticked are good", "It is noted for 2 papers.")
    lin.sees("/copies?q=Chen Jie")
    lin.follows("Print it again")
    lin.presses("Send to the printer", "Say why.", status=409)
    lin.presses("Send to the printer", "copy 2", reason="jam")
    lin.sees("/copies?q=Chen Jie")
    lin.presses("Handed over", "Chen Jie: handed over", to_whom="Chen Jie")
    lin.sees("/copies/balance", "3 good", "1 spoiled")
    off = "1 sheets were taken and are neither good, spoiled nor left."
    lin.presses("Note the count", off, taken="7", left="2")
    assert off not in lin.presses("Note the count", "The count is noted.", taken="6", left="2")


def the_best_go_up_and_a_reserve_follows(year):
    """Two seats in the city's final; Chen gives hers up, and Ana Ortiz is asked in her place."""
    sun, li, chen, ortiz = (year.by(login) for login in ("sun", "li", "chen", "ortiz"))
    sun.sees(f"{year.event}/ladder")
    sun.presses("Offer the seats", "2 seats are offered, 1 stand in reserve.")
    ortiz.sees("/standing/road", "reserve")
    li.sees("/standing/road")
    li.presses("Take the seat", "The seat is yours.")
    chen.sees("/standing/road")
    chen.presses("Give it up", "You gave the seat up.")
    ortiz.sees("/standing/road")
    ortiz.presses("Take the seat", "The seat is yours.")
    sun.sees(f"{year.city}/entries", "Li Wei", "Ana Ortiz")
    assert "Chen Jie" not in sun.page


def units_are_ranked_and_the_year_is_archived(year):
    sun = year.by("sun")
    sun.sees(f"{year.cup}/units", "Northern Heavy Machinery", "Binhai Shipyard")
    sun.sees(f"{year.event}/life", "Nothing stands in its way.")
    sun.presses("Archive it", "The event is archived.")
    sun.sees(f"{year.event}/life", "Nothing comes after this")
    year.by("li").sees("/standing", "Gold", "1st of 5", "City Welding Final")
