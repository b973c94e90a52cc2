"""Designs as rows: versions, the second look, who may, and what happens to two who draw at once."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skillhub.designs import queries, services
from skillhub.designs.models import Making
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tests import make
from tests.designs import drawn

pytestmark = pytest.mark.usefixtures("app")


def test_a_design_begins_with_a_first_draft_and_its_pictures():
    row = drawn.design(drawn.host())
    version = queries.draft_of(row.id)
    assert (version.number, version.making, version.hands) == (1, Making.DRAWN, ["drawer"])
    assert [one.name for one in version.pictures] == ["art.svg"]
    assert row.code == f"design-{row.id}"


def test_saving_keeps_a_draft_that_is_not_finished_and_says_what_is_missing():
    version = queries.draft_of(drawn.design(drawn.host()).id)
    document = drawn.raw(name__fact="salary")
    actor = drawn.actor("drawer", version.design.owner)
    problems = services.save(version, version.version, document, actor, now())
    assert [p.where for p in problems] == ["", "name"]
    assert version.document == document


def test_a_document_that_cannot_be_read_is_not_saved():
    version = queries.draft_of(drawn.design(drawn.host()).id)
    before = version.document
    with pytest.raises(BadInput) as refused:
        broken, actor = drawn.raw(name__size="x"), drawn.actor("a", version.design.owner)
        services.save(version, version.version, broken, actor, now())
    assert [p.where for p in refused.value.problems] == ["name"]
    assert version.document == before


def test_who_saves_from_an_older_state_is_told():
    version = queries.draft_of(drawn.design(drawn.host()).id)
    actor, old = drawn.actor("drawer", version.design.owner), version.version
    services.save(version, old, drawn.raw(name__x=500), actor, now())
    with pytest.raises(Conflict):
        services.save(version, old, drawn.raw(name__x=600), actor, now())
    assert queries.draft_of(version.design_id).document["fields"][4]["x"] == 500


def test_nobody_publishes_what_they_drew():
    row = drawn.design(drawn.host())
    version = queries.draft_of(row.id)
    other = drawn.actor("other", row.owner)
    services.save(version, version.version, drawn.raw(), other, now())
    for hand in ("drawer", "other"):
        with pytest.raises((NotAllowed, Conflict)):
            drawn.publish(row, by="other", second=hand)
        db.session.rollback()
    services.publish(version, version.version, drawn.actor("third", row.owner), now())
    assert version.published_by == "third"


def test_who_sent_or_took_out_a_picture_drew_on_it_and_does_not_publish_it():
    """A seal put in by B while A draws is B's hand, and who looked before it came looks again."""
    row = drawn.design(drawn.host())
    version, drawer = queries.draft_of(row.id), drawn.actor("drawer", row.owner)
    art = drawn.PICTURES["art.svg"]
    for hand in ("painter", "remover"):
        seen, other = version.version, drawn.actor(hand, row.owner)
        if hand == "painter":
            services.add_picture(version, "seal.svg", art, (None, None), other, now())
        else:
            services.remove_picture(version, "seal.svg", other, now())
        with pytest.raises(Conflict):
            services.send(version, seen, drawer, now())
        assert hand in version.hands
    services.send(version, version.version, drawer, now())
    for hand in ("painter", "remover"):
        with pytest.raises(NotAllowed):
            services.publish(version, version.version, drawn.actor(hand, row.owner), now())
        db.session.rollback()
    assert queries.under_way(row.id).state == "sent"


def test_the_database_itself_refuses_one_person_for_both():
    version = drawn.publish(drawn.design(drawn.host()))
    with pytest.raises(IntegrityError), db.engine.begin() as link:
        link.execute(
            text("UPDATE design_versions SET published_by = drawn_by WHERE id = :id"),
            {"id": version.id},
        )


def test_the_database_itself_refuses_a_second_draft():
    row = drawn.design(drawn.host())
    copy = text(
        "INSERT INTO design_versions (design_id, number, making, state, document, drawn_by, drawn_at, hands, "
        "returned_why, prints, version) SELECT design_id, 9, making, state, document, drawn_by, drawn_at, hands, "
        "returned_why, prints, version FROM design_versions WHERE design_id = :id"
    )
    with pytest.raises(IntegrityError), db.engine.begin() as link:
        link.execute(copy, {"id": row.id})


def test_what_cannot_be_printed_is_not_sent_for_a_second_look():
    version = queries.draft_of(drawn.design(drawn.host(), drawn.raw(name__fact="salary")).id)
    with pytest.raises(BadInput) as refused:
        services.send(version, version.version, drawn.actor("drawer", version.design.owner), now())
    assert "salary" in str(refused.value.problems[-1].message)


def test_a_published_version_never_changes_and_editing_it_makes_the_next():
    row = drawn.published(drawn.host())
    third = row.versions[0]
    before = (third.document, third.files)
    actor = drawn.actor("drawer", row.owner)
    draft = services.draw_on(row, actor, now())
    assert draft.number == 2
    services.save(draft, draft.version, drawn.raw(name__x=500), actor, now())
    with pytest.raises(Conflict):
        services.save(third, third.version, drawn.raw(), actor, now())
    assert (third.document, third.files) == before
    assert services.draw_on(row, actor, now()) is draft


def test_what_is_sent_back_is_drawn_on_with_the_reason_beside_it():
    row = drawn.design(drawn.host())
    version, looker = queries.draft_of(row.id), drawn.actor("looker", row.owner)
    services.send(version, version.version, drawn.actor("drawer", row.owner), now())
    with pytest.raises(BadInput):
        services.send_back(version, version.version, " ", looker)
    services.send_back(version, version.version, "The seal is missing.", looker)
    assert (version.state, version.returned_why) == ("draft", "The seal is missing.")


def test_it_is_offered_from_its_publication_on_and_until_it_is_put_away():
    owner = drawn.host()
    row = drawn.design(owner)
    codes = [t.code for t in queries.offered(owner.path)]
    assert row.code not in codes
    with pytest.raises(NotFound):
        queries.template_named(row.code)
    drawn.publish(row)
    assert queries.offered(owner.path)[-1].code == row.code
    services.put_away(row, True, drawn.actor("x", owner), now())
    assert row.code not in [t.code for t in queries.offered(owner.path)]
    assert queries.template_named(row.code).code == row.code


def test_it_is_offered_to_the_organisation_it_belongs_to_and_those_below():
    union = drawn.host()
    works, stranger = make.organisation(parent=union), make.organisation()
    code = drawn.published(union).code
    assert code in [t.code for t in queries.offered(works.path)]
    assert code not in [t.code for t in queries.offered(stranger.path)]


def test_the_newest_published_version_is_printed_on():
    row = drawn.published(drawn.host())
    first = queries.template_named(row.code).sha256
    draft = services.draw_on(row, drawn.actor("drawer", row.owner), now())
    services.save(
        draft, draft.version, drawn.raw(name__x=500), drawn.actor("drawer", row.owner), now()
    )
    assert queries.template_named(row.code).sha256 == first
    drawn.publish(row)
    assert queries.template_named(row.code).sha256 != first


def test_one_language_alone_can_be_had_only_where_the_design_has_both():
    row = drawn.published(drawn.host())
    assert queries.template_named(f"{row.code}.en").about.language == "en"
    document = drawn.raw()
    document["fields"] = [f for f in document["fields"] if not f.get("text", {}).get("en")]
    chinese = drawn.published(row.owner, document)
    for wish in ("en", "portrait"):
        with pytest.raises(NotFound):
            queries.template_named(f"{chinese.code}.{wish}")


def test_writing_html_is_a_right_of_its_own():
    row = drawn.design(drawn.host())
    version, texts = queries.draft_of(row.id), {"page.html": "x", "page.css": "", "about.toml": ""}
    with pytest.raises(NotAllowed):
        services.write(version, version.version, texts, drawn.actor("staff", row.owner), now())
    writer = drawn.actor("writer", row.owner, Role.TEMPLATE_WRITER)
    services.write(version, version.version, texts, writer, now())
    assert (version.making, version.document) == (Making.WRITTEN, texts)


def test_two_designs_alike_are_two_templates():
    owner = drawn.host()
    one, other = drawn.published(owner), drawn.published(owner)
    seals = {queries.template_named(row.code).sha256 for row in (one, other)}
    assert len(seals) == 2


def test_a_copy_begins_from_what_is_there_unless_it_is_html():
    row = drawn.published(drawn.host())
    staff = drawn.actor("staff", row.owner)
    start = queries.start_of(f"copy-{row.id}", staff)
    assert (start.document, list(start.pictures)) == (row.versions[0].document, ["art.svg"])
    with pytest.raises(NotFound):
        queries.start_of(f"copy-{row.id}", drawn.actor("stranger", make.organisation()))
    make.changed(row.versions[0], making=Making.WRITTEN)
    with pytest.raises(NotFound):
        queries.start_of(f"copy-{row.id}", staff)
