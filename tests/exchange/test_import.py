"""What an import does: three states compared, one audited action, undone in one step."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from summitry.core import audit
from summitry.core.action import submit
from summitry.core.actions import ChangeAgency, Undo
from summitry.core.models import AuditChain, AuditEntry, Blob, Document, Event
from summitry.core.records import Record
from summitry.core.refusals import Invalid, NotPermitted
from summitry.core.rights import Classification, Role
from summitry.core.viewer import system_viewer
from summitry.exchange.actions import ImportWorkbook
from summitry.exchange.comparing import plan
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.reading import read
from summitry.exchange.transfer import create_event_from_workbook, import_workbook
from summitry.schedule.actions import ChangeTask, CreateTask, RemoveTask
from summitry.schedule.models import Link, Task
from tests.exchange.comparison import picture, rows_of
from tests.exchange.sample import sample_event, workbook_of
from tests.exchange.xlsx import Book
from tests.factories import make_agency, make_event, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    made = sample_event()
    # An action, so that the log has a history before the export.
    submit([ChangeAgency(code="MOFA", contact="Hotline 1")], viewer=system_viewer(made), event=made)
    return made


def row_of(book: Book, sheet: str, key: str) -> int:
    return next(n for n, row in enumerate(book.rows(sheet), start=1) if row and row[0][1] == key)


def put(book: Book, sheet: str, key: str, header: str, value) -> Book:
    return book.set(sheet, f"{book.column(sheet, header)}{row_of(book, sheet, key)}", value)


def bring(event: Event, book: Book | bytes, **options):
    data = book if isinstance(book, bytes) else book.bytes()
    return import_workbook(event, system_viewer(event), data, **options)


def do(event: Event, *actions):
    return submit(list(actions), viewer=system_viewer(event), event=event)


def test_adds_changes_and_removes_in_one_audited_action(event):
    book = Book(workbook_of(event))
    put(book, "Tasks", "T1", "Deadline", date(2025, 10, 17))
    put(book, "Agencies", "MOFA", "Name", "Bộ Ngoại giao")
    for header, value in (("Code", "T9"), ("Title", "New work"), ("Lead agency", "NEW"), ("Part of", "G")):
        book.set("Tasks", f"{book.column('Tasks', header)}40", value)
    for header, value in (("Code", "NEW"), ("Name", "A new one"), ("Parent", "MPS")):
        book.set("Agencies", f"{book.column('Agencies', header)}40", value)
    book.drop_row("Links", 4)
    done = bring(event, book, file_name="edited.xlsx", reason="as agreed")
    assert Task.objects.get(event=event, code="T1").deadline == date(2025, 10, 17)
    new = Task.objects.get(event=event, code="T9")
    assert (new.lead.code, new.lead.parent.code, new.parent.code, new.likely) == ("NEW", "MPS", "G", 1)
    assert Link.objects.filter(event=event).count() == 2
    entry = AuditEntry.objects.get(chain__event=event, action="exchange.import_workbook")
    assert entry.arguments["counts"] == {
        "core.agency": [1, 1, 0],
        "schedule.task": [1, 1, 0],
        "schedule.link": [0, 0, 1],
    }
    assert entry.arguments["file_name"] == "edited.xlsx"
    assert "data" not in entry.arguments
    assert entry.reason == "as agreed"
    assert entry.changes.count() == 5
    assert not list(audit.verify(AuditChain.objects.get(event=event)))
    assert {(c.sheet.label, c.added, c.changed, c.removed) for c in done.plan.counts} == {
        ("core.agency", 1, 1, 0),
        ("schedule.task", 1, 1, 0),
        ("schedule.link", 0, 0, 1),
    }


def test_the_log_names_the_very_bytes(event):
    book = Book(workbook_of(event))
    data = put(book, "Tasks", "T1", "Deadline", date(2025, 10, 17)).bytes()
    bring(event, data)
    entry = AuditEntry.objects.get(chain__event=event, action="exchange.import_workbook")
    assert entry.arguments["sha256"] == hashlib.sha256(data).hexdigest()


def test_undo_takes_the_whole_import_back_and_redo_brings_it_again(event):
    before = picture(event)
    book = Book(workbook_of(event))
    put(book, "Tasks", "T1", "Deadline", date(2025, 10, 17))
    put(book, "Event", "Venue", "Value", "National Convention Centre")
    for header, value in (("Code", "T9"), ("Title", "New"), ("Part of", "T8")):
        book.set("Tasks", f"{book.column('Tasks', header)}40", value)
    for header, value in (("Code", "T8"), ("Title", "New group"), ("Likely, working days", 0)):
        book.set("Tasks", f"{book.column('Tasks', header)}41", value)
    book.drop_row("Links", 2)
    planner = make_viewer(event, Role.PLANNER)
    done = import_workbook(event, planner, book.bytes())
    after = picture(event)
    assert after != before
    assert Event.objects.get(pk=event.pk).venue == "National Convention Centre"
    undone = submit([Undo(batch=done.applied.batch)], viewer=planner, event=event)
    assert picture(event) == before
    submit([Undo(batch=undone.batch)], viewer=planner, event=event)
    assert picture(event) == after


def test_a_dry_run_tells_and_changes_nothing(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Likely, working days", 8)
    before, counter = rows_of(event), audit.change_counter(event)
    done = bring(event, book, dry_run=True)
    assert done.applied is None
    assert done.consequences is not None
    assert [change.key for change in done.plan.changed] == ["T1"]
    assert [(f.column.field, f.before, f.after) for f in done.plan.changed[0].fields] == [("likely", "5", "8")]
    assert (rows_of(event), audit.change_counter(event)) == (before, counter)


def test_an_unchanged_workbook_writes_nothing(event):
    counter = audit.change_counter(event)
    done = bring(event, workbook_of(event))
    assert done.plan.empty
    assert done.applied is None
    assert audit.change_counter(event) == counter


# Changes of others since the export


def test_what_changed_here_and_not_in_the_workbook_stays(event):
    data = workbook_of(event)
    do(event, ChangeTask(code="T1", title="Changed here"))
    done = bring(event, data)
    assert done.plan.empty
    assert [(kept.sheet.label, kept.key) for kept in done.plan.kept] == [("schedule.task", "T1")]
    assert Task.objects.get(event=event, code="T1").title == "Changed here"


def test_changes_of_different_fields_are_both_kept(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Deadline", date(2025, 10, 17))
    do(event, ChangeTask(code="T1", title="Changed here"))
    done = bring(event, book)
    task = Task.objects.get(event=event, code="T1")
    assert (task.title, task.deadline) == ("Changed here", date(2025, 10, 17))
    assert [kept.key for kept in done.plan.kept] == ["T1"]


def test_the_same_field_changed_otherwise_is_a_conflict(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Mine")
    do(event, ChangeTask(code="T1", title="Theirs"))
    counter = audit.change_counter(event)
    with pytest.raises(WorkbookRefused) as caught:
        bring(event, book)
    fault = caught.value.cell_faults[0]
    assert (fault.sheet, fault.column) == ("Tasks", "Title")
    assert all(word in fault.expected for word in ("Theirs", "Mine", "Task T1"))
    assert audit.change_counter(event) == counter
    assert Task.objects.get(event=event, code="T1").title == "Theirs"


@pytest.mark.parametrize(("choice", "title"), [("keep", "Theirs"), ("take", "Mine")])
def test_a_conflict_is_settled_by_a_persons_choice(event, choice, title):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Mine")
    put(book, "Tasks", "T2", "Title", "Also mine")
    do(event, ChangeTask(code="T1", title="Theirs"))
    bring(event, book, on_conflict=choice)
    assert Task.objects.get(event=event, code="T1").title == title
    assert Task.objects.get(event=event, code="T2").title == "Also mine"


def test_the_same_change_on_both_sides_is_no_conflict(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Same")
    do(event, ChangeTask(code="T1", title="Same"))
    assert bring(event, book).plan.empty


def test_what_was_added_here_since_is_not_removed(event):
    data = workbook_of(event)
    do(event, CreateTask(code="T7", title="Added here"))
    done = bring(event, data)
    assert done.plan.empty
    assert [kept.key for kept in done.plan.kept] == ["T7"]


def test_what_was_removed_here_stays_removed_unless_the_workbook_changed_it(event):
    do(event, CreateTask(code="T7", title="Soon gone"))
    data = workbook_of(event)
    do(event, RemoveTask(code="T7"))
    assert bring(event, data).plan.empty
    book = put(Book(data), "Tasks", "T7", "Title", "Still wanted")
    with pytest.raises(WorkbookRefused, match="removed"):
        bring(event, book)
    bring(event, book, on_conflict="take")
    assert Task.objects.get(event=event, code="T7").title == "Still wanted"


def test_a_row_deleted_here_and_changed_there_is_a_conflict(event):
    do(event, CreateTask(code="T7", title="Wanted"))
    book = Book(workbook_of(event))
    book.drop_row("Tasks", row_of(book, "Tasks", "T7"))
    do(event, ChangeTask(code="T7", title="Wanted more"))
    with pytest.raises(WorkbookRefused, match="T7"):
        bring(event, book)
    bring(event, book, on_conflict="keep")
    assert Task.objects.filter(event=event, code="T7").exists()
    bring(event, book, on_conflict="take")
    assert not Task.objects.filter(event=event, code="T7").exists()


def test_a_row_taken_over_from_an_older_workbook_is_compared_with_its_own_version(event):
    old = Book(workbook_of(event))
    do(event, ChangeTask(code="T3", title="Newer", note="new note"))
    book = Book(workbook_of(event))
    row = row_of(book, "Tasks", "T3")
    # The row of the old workbook, with its version, edited in one field: the title there is old, not an edit.
    for address, text in old.rows("Tasks")[row_of(old, "Tasks", "T3") - 1]:
        column = address.rstrip("0123456789")
        if column in (book.column("Tasks", "Title"), book.column("Tasks", "Note")):
            book.set("Tasks", f"{column}{row}", text)
    book.set("Tasks", f"{book.column('Tasks', 'Note')}{row}", None)
    book.set("Tasks", f"{book.column('Tasks', 'Version (leave as it is)')}{row}", 1)
    put(book, "Tasks", "T3", "Deliverable", "A report")
    do(event, CreateTask(code="T7", title="Something else"))
    # The factories write no history; give version 1 one, as an action would have.
    assert Task.objects.get(event=event, code="T3").version == 2
    done = plan(event, system_viewer(event), read(book.bytes(), event))
    changed = {field.column.field for change in done.changed if change.key == "T3" for field in change.fields}
    assert "deliverable" in changed


def test_versions_of_the_past_are_found(event):
    do(event, CreateTask(code="T7", title="First"))
    old = Book(workbook_of(event))
    stamp_column = old.column("Tasks", "Version (leave as it is)")
    do(event, ChangeTask(code="T7", title="Second"))
    book = Book(workbook_of(event))
    put(book, "Tasks", "T7", "Title", "First")  # as it stood in the old workbook
    put(book, "Tasks", "T7", "Note", "edited in the old one")
    book.set("Tasks", f"{stamp_column}{row_of(book, 'Tasks', 'T7')}", 1)
    bring(event, book)
    task = Task.objects.get(event=event, code="T7")
    assert (task.title, task.note) == ("Second", "edited in the old one")


# Where a workbook may remove


def test_a_partial_workbook_removes_nothing(event):
    make_task(event, "SEC", classification=Classification.SECRET)
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.RESTRICTED)
    file = io.BytesIO()
    from summitry.exchange.transfer import export_workbook

    assert export_workbook(event, viewer, file) is False
    book = Book(file.getvalue())
    assert not any(row and row[0][1] == "SEC" for row in book.rows("Tasks"))
    assert any("PARTIAL" in text for row in book.rows("About") for _address, text in row)
    book.drop_row("Links", 2)
    for whole in (viewer, system_viewer(event)):
        assert plan(event, whole, read(book.bytes(), event)).empty


def test_a_workbook_of_another_event_removes_nothing(event):
    other = make_event(slug="other")
    make_agency(other, "ELSE")
    done = bring(other, workbook_of(event))
    assert not done.plan.removed
    assert any("not exported from this event" in note for note in done.plan.notes)
    assert "ELSE" in picture(other)["core.agency"]
    assert picture(other)["core.event"][""]["name"] == event.name


def test_a_workbook_without_its_first_sheet_removes_nothing(event):
    book = Book(workbook_of(event)).drop_sheet("About")
    book.drop_row("Links", 2)
    done = plan(event, system_viewer(event), read(book.bytes(), event))
    assert done.empty
    assert done.notes


def test_what_others_refer_to_is_not_removed(event):
    make_viewer(event, Role.FOCAL_POINT, agency=make_agency(event, "LONE"))
    book = Book(workbook_of(event))
    book.drop_row("Agencies", row_of(book, "Agencies", "LONE"))
    with pytest.raises(WorkbookRefused, match="LONE"):
        bring(event, book)


# Rights


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT, Role.SECURITY_PLANNER, Role.PARTNER, Role.OBSERVER])
def test_who_may_not_plan_may_not_import(event, role):
    viewer = make_viewer(event, role)
    with pytest.raises(NotPermitted):
        import_workbook(event, viewer, workbook_of(event))
    with pytest.raises(NotPermitted):
        submit([ImportWorkbook(data=workbook_of(event))], viewer=viewer, event=event)


def test_nothing_is_filed_above_ones_own_clearance(event):
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.RESTRICTED)
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Classification", "Secret")
    with pytest.raises(WorkbookRefused, match="above your own clearance"):
        import_workbook(event, viewer, book.bytes())


def test_a_hidden_records_key_is_taken_and_nothing_more_is_told(event):
    make_task(event, "SEC", title="The hidden plan", classification=Classification.SECRET)
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.RESTRICTED)
    book = Book(workbook_of(make_copy(event)))
    for header, value in (("Code", "SEC"), ("Title", "Mine")):
        book.set("Tasks", f"{book.column('Tasks', header)}40", value)
    with pytest.raises(WorkbookRefused) as caught:
        import_workbook(event, viewer, book.bytes())
    assert "taken" in str(caught.value)
    assert "hidden plan" not in str(caught.value)


def make_copy(event: Event) -> Event:
    return sample_event(slug="copy")


def test_hidden_references_stay_as_they_are(event):
    from summitry.core.records import recording
    from summitry.governance.models import Clause, Decision

    with recording():
        hidden = Decision(event=event, code="DX", title="Hidden", effective_from=date(2025, 5, 1), classification=3)
        hidden.save()
        clause = Clause(event=event, decision=hidden, number="1", text="hidden")
        clause.save()
        task = Task.objects.get(event=event, code="T3")
        task.mandate = clause
        task.save()
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.RESTRICTED)
    from summitry.exchange.transfer import export_workbook

    file = io.BytesIO()
    export_workbook(event, viewer, file)
    book = Book(file.getvalue())
    assert "DX" not in "".join(text for row in book.rows("Tasks") for _a, text in row)
    put(book, "Tasks", "T3", "Title", "Renamed")
    import_workbook(event, viewer, book.bytes())
    task = Task.objects.get(event=event, code="T3")
    assert (task.title, task.mandate_id) == ("Renamed", clause.pk)


def test_a_fingerprint_alone_opens_no_file(event):
    """A document row that names the bytes of a file which the importer cannot read gets no file."""
    from summitry.core.actions.documents import keep

    blob = keep(b"the secret plan")
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.RESTRICTED)
    book = Book(workbook_of(event))
    for header, value in (("Code", "STOLEN"), ("Title", "Mine"), ("SHA-256", blob.sha256), ("Bytes", 15)):
        book.set("Documents", f"{book.column('Documents', header)}40", value)
    done = import_workbook(event, viewer, book.bytes())
    document = Document.objects.get(event=event, code="STOLEN")
    assert (document.sha256, document.size) == ("", 0)
    assert any("file" in note for note in done.plan.notes)


def test_the_system_keeps_files_that_lie_here(event):
    from summitry.core.actions.documents import keep
    from summitry.core.records import recording

    blob = keep(b"a file")
    with recording():
        Document(event=event, code="F", title="File", sha256=blob.sha256, size=6, file_name="f.pdf").save()
    other = make_event(slug="other")
    bring(other, workbook_of(event))
    assert Document.objects.get(event=other, code="F").sha256 == blob.sha256
    Blob.objects.filter(pk=blob.pk).delete()
    third = make_event(slug="third")
    done = bring(third, workbook_of(event))
    assert Document.objects.get(event=third, code="F").sha256 == ""
    assert done.plan.notes


# Confirmations, events, spreadsheet programs


def test_a_confirmation_is_for_what_was_looked_at(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Mine")
    data = book.bytes()
    looked_at = plan(event, system_viewer(event), read(data, event)).digest
    do(event, ChangeTask(code="T2", title="Changed meanwhile"))
    # The outcome is the same: the other task is nobody's edit in the workbook.
    do(event, ImportWorkbook(data=data, expected=looked_at))
    assert Task.objects.get(event=event, code="T1").title == "Mine"
    again = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Mine again").bytes()
    looked_at = plan(event, system_viewer(event), read(again, event)).digest
    do(event, ChangeTask(code="T1", note="meanwhile"))
    with pytest.raises(Invalid, match="changed since you looked"):
        do(event, ImportWorkbook(data=again, expected=looked_at))


def test_an_event_is_made_from_a_workbook(event):
    before = picture(event)
    data = workbook_of(event)
    dry = create_event_from_workbook(data, system_viewer(), slug="made", dry_run=True)
    assert not Event.objects.filter(slug="made").exists()
    assert sum(count.added for count in dry.plan.counts) > 30
    done = create_event_from_workbook(data, system_viewer(), slug="made")
    made = Event.objects.get(slug="made")
    assert done.event == made
    assert picture(made) == before
    assert made.demo_now == event.demo_now
    with pytest.raises(WorkbookRefused, match="already"):
        create_event_from_workbook(data, system_viewer(), slug="made")


def test_a_faulty_workbook_makes_no_event(event):
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Lead agency", "NOBODY")
    with pytest.raises(WorkbookRefused):
        create_event_from_workbook(book.bytes(), system_viewer(), slug="made")
    assert not Event.objects.filter(slug="made").exists()


def test_a_file_saved_again_by_a_spreadsheet_library_differs_by_the_edited_date_alone(event):
    file = io.BytesIO(workbook_of(event))
    book = load_workbook(file)
    sheet = book["Tasks"]
    headers = [cell.value for cell in sheet[1]]
    row = next(cell.row for cell in sheet["A"] if cell.value == "T1")
    sheet.cell(row, headers.index("Deadline") + 1).value = date(2025, 10, 14)
    saved = io.BytesIO()
    book.save(saved)
    before = picture(event)
    done = bring(event, saved.getvalue())
    assert [(c.key, [f.column.field for f in c.fields]) for c in done.plan.changed] == [("T1", ["deadline"])]
    before["schedule.task"]["T1"]["deadline"] = date(2025, 10, 14)
    assert picture(event) == before


def test_rows_may_be_sorted_columns_moved_and_blank_rows_left(event):
    book = load_workbook(io.BytesIO(workbook_of(event)))
    sheet = book["Links"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for _ in range(len(rows)):
        sheet.delete_rows(1)
    head, *body = [[*row[1:], row[0]] for row in rows]
    for number, row in [(1, head), *((5 + 2 * at, row) for at, row in enumerate(reversed(body)))]:
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    saved = io.BytesIO()
    book.save(saved)
    assert bring(event, saved.getvalue()).plan.empty


def test_no_account_is_invented(event):
    book = Book(workbook_of(event))
    for header, value in (
        ("Code", "T9"),
        ("Title", "Done long ago"),
        ("Closed", date(2025, 9, 1)),
        ("Closed by", "somebody-else"),
    ):
        book.set("Tasks", f"{book.column('Tasks', header)}40", value)
    done = bring(event, book)
    assert Task.objects.get(event=event, code="T9").closed_by is None
    assert any("somebody-else" in note for note in done.plan.notes)


def test_the_number_of_queries_does_not_grow_with_the_rows(event, django_assert_max_num_queries):
    data = workbook_of(event)
    with django_assert_max_num_queries(60):
        plan(event, system_viewer(event), read(data, event))
    for number in range(40):
        make_task(event, f"MORE{number}")
    data = workbook_of(event)
    with django_assert_max_num_queries(60):
        plan(event, system_viewer(event), read(data, event))


def test_every_record_is_versioned_once(event):
    other = make_event(slug="other")
    bring(other, workbook_of(event))
    from tests.exchange.comparison import kinds

    for model in kinds():
        assert issubclass(model, Record)
        assert set(model._base_manager.filter(event=other).values_list("version", flat=True)) <= {1}
