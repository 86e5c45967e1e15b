"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "api_clients",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("channels", db.Record(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_clients_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_clients_name")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendars",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hours", db.Record(), nullable=False),
        sa.Column("announced_through", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_calendars")),
    )
    op.create_table(
        "jobs",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("args", db.Record(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("run_at", db.Instant(timezone=True), nullable=False),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", db.Instant(timezone=True), nullable=True),
        sa.Column("finished_at", db.Instant(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jobs_ready", ["run_at"], unique=False, postgresql_where="status in ('ready', 'leased')"
        )
        batch_op.create_index("ix_jobs_status_finished", ["status", "finished_at"], unique=False)

    op.create_table(
        "journal_entries",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", db.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("facts", db.Record(), nullable=False),
        sa.Column("personal_digest", db.Blob(), nullable=True),
        sa.Column("previous", db.Blob(), nullable=False),
        sa.Column("digest", db.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_journal_entries")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entries_at", ["at"], unique=False)

    op.create_table(
        "journal_offices",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_head", db.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_journal_offices")),
    )
    op.create_table(
        "journal_personal",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", db.Blob(), nullable=False),
        sa.Column("values", db.Record(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_journal_personal")),
    )
    op.create_table(
        "numbers",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", db.Instant(timezone=True), nullable=False),
        sa.Column("voided_at", db.Instant(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_numbers")),
        sa.UniqueConstraint("series_id", "value", name=op.f("uq_numbers_series_id")),
    )
    with op.batch_alter_table("numbers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_numbers_document_id"), ["document_id"], unique=False)

    op.create_table(
        "offices",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("abbreviation", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("superior", sa.Text(), nullable=False),
        sa.Column("functions", db.Record(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["offices.id"], name=op.f("fk_offices_parent_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("code", name=op.f("uq_offices_code")),
    )
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offices_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("identity_number", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sessions_from", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_identity_number"), ["identity_number"], unique=False)
        batch_op.create_index("ix_people_search", ["search_key"], unique=False)

    op.create_table(
        "progress",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("updated_at", db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_progress")),
    )
    op.create_table(
        "series",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("office", "name", "period", name=op.f("uq_series_office")),
    )
    op.create_table(
        "bundles",
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("library_digest", sa.Text(), nullable=False),
        sa.Column("content", db.Blob(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("published_at", db.Instant(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("fk_bundles_published_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
    )
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundles_digest"), ["digest"], unique=False)
        batch_op.create_index("ix_bundles_in_force", ["procedure", "valid_from"], unique=False)

    op.create_table(
        "mandates",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("capacity", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_mandates_office_id_offices")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mandates_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        sa.UniqueConstraint("person_id", "office_id", "role", "valid_from", name=op.f("uq_mandates_person_id")),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandates_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandates_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("state", db.Blob(), nullable=False),
        sa.Column("variables", db.Record(), nullable=False),
        sa.Column("places", db.Record(), nullable=False),
        sa.Column("opened_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", db.Instant(timezone=True), nullable=True),
        sa.Column("end_element", sa.Text(), nullable=True),
        sa.Column("last_act_at", db.Instant(timezone=True), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("troubled", sa.Boolean(), nullable=False),
        sa.Column("passage_seq", sa.Integer(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_head", db.Blob(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=op.f("fk_cases_bundle_id_bundles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_bundle_id"), ["bundle_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("answers", db.Record(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("saved_at", db.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=op.f("fk_drafts_bundle_id_bundles")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("person_id", "procedure", name=op.f("uq_drafts_person_id")),
    )
    op.create_table(
        "working_copies",
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("files", db.Record(), nullable=False),
        sa.Column("edited_by", sa.Uuid(), nullable=False),
        sa.Column("edited_at", db.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["bundles.id"], name=op.f("fk_working_copies_base_id_bundles")),
        sa.ForeignKeyConstraint(["edited_by"], ["people.id"], name=op.f("fk_working_copies_edited_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copies")),
    )
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_working_copies_procedure"), ["procedure"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", db.Instant(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("removed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_sha256"), ["sha256"], unique=False)

    op.create_table(
        "calls",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("headers", db.Record(), nullable=False),
        sa.Column("inputs", db.Record(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("attempted_at", db.Instant(timezone=True), nullable=True),
        sa.Column("finished_at", db.Instant(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_calls_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("case_id", "token", name=op.f("uq_calls_case_id")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_status", ["status"], unique=False)

    op.create_table(
        "clocks",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.String(length=15), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("started_at", db.Instant(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promised_at", db.Instant(timezone=True), nullable=True),
        sa.Column("apology_by", db.Instant(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("stopped_at", db.Instant(timezone=True), nullable=True),
        sa.Column("marks", db.Record(), nullable=False),
        sa.Column("next_at", db.Instant(timezone=True), nullable=True),
        sa.Column("ledger", db.Record(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clocks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint("case_id", "term", name=op.f("uq_clocks_case_id")),
    )
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.create_index("ix_clocks_next", ["next_at"], unique=False, postgresql_where="status = 'running'")

    op.create_table(
        "components",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("certified", sa.Integer(), nullable=False),
        sa.Column("photocopies", sa.Integer(), nullable=False),
        sa.Column("from_register", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_components_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_components")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_components_case_id")),
    )
    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_components_case_id"), ["case_id"], unique=False)

    op.create_table(
        "documents",
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("verify_code", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("draft_sha256", sa.String(length=64), nullable=False),
        sa.Column("boxes", db.Record(), nullable=False),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("signed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signer_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("issued_at", db.Instant(timezone=True), nullable=True),
        sa.Column("voided_at", db.Instant(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("for_applicant", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_documents_office_id_offices")),
        sa.ForeignKeyConstraint(["signed_by"], ["people.id"], name=op.f("fk_documents_signed_by_people")),
        sa.ForeignKeyConstraint(["signer_id"], ["people.id"], name=op.f("fk_documents_signer_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("verify_code", name=op.f("uq_documents_verify_code")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_case", ["case_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_sha256"), ["sha256"], unique=False)

    op.create_table(
        "dossiers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("filing_code", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("procedure_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("case_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("external_code", sa.Text(), nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("receiving_id", sa.Uuid(), nullable=False),
        sa.Column("handling_id", sa.Uuid(), nullable=False),
        sa.Column("signing_id", sa.Uuid(), nullable=False),
        sa.Column("returning_id", sa.Uuid(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("owner_search_key", sa.Text(), nullable=False),
        sa.Column("owner_sort_key", sa.Text(), nullable=False),
        sa.Column("owner_identity", sa.Text(), nullable=False),
        sa.Column("owner_phone", sa.Text(), nullable=False),
        sa.Column("owner_email", sa.Text(), nullable=False),
        sa.Column("owner_address", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("applicant_name", sa.Text(), nullable=False),
        sa.Column("applicant_identity", sa.Text(), nullable=False),
        sa.Column("applicant_phone", sa.Text(), nullable=False),
        sa.Column("applicant_email", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("return_mode", sa.String(length=10), nullable=False),
        sa.Column("answers", db.Record(), nullable=False),
        sa.Column("submitted_at", db.Instant(timezone=True), nullable=False),
        sa.Column("accepted_at", db.Instant(timezone=True), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promised_at", db.Instant(timezone=True), nullable=True),
        sa.Column("decided_at", db.Instant(timezone=True), nullable=True),
        sa.Column("returned_at", db.Instant(timezone=True), nullable=True),
        sa.Column("returned_to", sa.Text(), nullable=False),
        sa.Column("fee", db.Dong(), nullable=False),
        sa.Column("fee_paid_at", db.Instant(timezone=True), nullable=True),
        sa.Column("judged", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["people.id"], name=op.f("fk_dossiers_applicant_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_dossiers_case_id_cases")),
        sa.ForeignKeyConstraint(["handling_id"], ["offices.id"], name=op.f("fk_dossiers_handling_id_offices")),
        sa.ForeignKeyConstraint(["receiving_id"], ["offices.id"], name=op.f("fk_dossiers_receiving_id_offices")),
        sa.ForeignKeyConstraint(["returning_id"], ["offices.id"], name=op.f("fk_dossiers_returning_id_offices")),
        sa.ForeignKeyConstraint(["signing_id"], ["offices.id"], name=op.f("fk_dossiers_signing_id_offices")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("channel", "external_code", name=op.f("uq_dossiers_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_dossiers_code")),
        sa.UniqueConstraint("filing_code", name=op.f("uq_dossiers_filing_code")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_dossiers_submission_key")),
    )
    with op.batch_alter_table("dossiers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossiers_applicant_id"), ["applicant_id"], unique=False)
        batch_op.create_index("ix_dossiers_handling", ["handling_id", "submitted_at"], unique=False)
        batch_op.create_index("ix_dossiers_owner_search", ["owner_search_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossiers_procedure"), ["procedure"], unique=False)
        batch_op.create_index("ix_dossiers_receiving", ["receiving_id", "submitted_at"], unique=False)
        batch_op.create_index("ix_dossiers_status_promised", ["status", "promised_at"], unique=False)

    op.create_table(
        "incidents",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", db.Instant(timezone=True), nullable=False),
        sa.Column("resolved_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("ix_incidents_case", ["case_id", "resolved_at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("attempted_at", db.Instant(timezone=True), nullable=True),
        sa.Column("settled_at", db.Instant(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", "channel", "recipient", name=op.f("uq_notices_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_notices_status", ["status", "created_at"], unique=False)

    op.create_table(
        "passages",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_passages_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_passages")),
    )
    op.create_table(
        "raw_filings",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_code", sa.Text(), nullable=False),
        sa.Column("received_at", db.Instant(timezone=True), nullable=False),
        sa.Column("payload", db.Blob(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("refusal", db.Record(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_raw_filings_case_id_cases")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_raw_filings_client_id_api_clients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_filings")),
        sa.UniqueConstraint("client_id", "digest", name=op.f("uq_raw_filings_client_id")),
    )
    with op.batch_alter_table("raw_filings", schema=None) as batch_op:
        batch_op.create_index("ix_raw_filings_case", ["case_id"], unique=False)
        batch_op.create_index("ix_raw_filings_status", ["status", "received_at"], unique=False)

    op.create_table(
        "reports",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.String(length=10), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_phone", sa.Text(), nullable=False),
        sa.Column("sender_email", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(length=10), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("accused_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", db.Instant(timezone=True), nullable=False),
        sa.Column("forward_by", db.Instant(timezone=True), nullable=False),
        sa.Column("forwarded_at", db.Instant(timezone=True), nullable=True),
        sa.Column("due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("handled_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.Column("published_at", db.Instant(timezone=True), nullable=True),
        sa.Column("committed_on", sa.Date(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public_text", sa.Text(), nullable=False),
        sa.Column("public_answer", sa.Text(), nullable=False),
        sa.Column("late", db.Record(), nullable=False),
        sa.Column("judged", sa.String(length=10), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rating_text", sa.Text(), nullable=False),
        sa.Column("rated_at", db.Instant(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["accused_id"], ["offices.id"], name=op.f("fk_reports_accused_id_offices")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reports_case_id_cases")),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_reports_sender_id_people")),
        sa.ForeignKeyConstraint(["unit_id"], ["offices.id"], name=op.f("fk_reports_unit_id_offices")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_reports_code")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_reports_submission_key")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index("ix_reports_public", ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_sender_id"), ["sender_id"], unique=False)
        batch_op.create_index("ix_reports_status", ["status", "received_at"], unique=False)
        batch_op.create_index("ix_reports_unit", ["unit_id", "received_at"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_subscriptions_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("case_id", "token", name=op.f("uq_subscriptions_case_id")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_subscriptions_message", ["message", "key"], unique=False)

    op.create_table(
        "supplement_requests",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("items", db.Record(), nullable=False),
        sa.Column("requested_at", db.Instant(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answered_via", sa.Text(), nullable=False),
        sa.Column("answer", db.Record(), nullable=False),
        sa.Column("draft", db.Record(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supplement_requests_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_requests")),
    )
    with op.batch_alter_table("supplement_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplement_requests_case_id"), ["case_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("properties", db.Record(), nullable=False),
        sa.Column("inputs", db.Record(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("subject_code", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_at", db.Instant(timezone=True), nullable=False),
        sa.Column("claimed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("legal_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name=op.f("fk_tasks_assignee_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_tasks_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("case_id", "token", name=op.f("uq_tasks_case_id")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_tasks_inbox", ["office_id", "role", "due_at"], unique=False, postgresql_where="status = 'open'"
        )
        batch_op.create_index(
            "ix_tasks_mine", ["assignee_id", "due_at"], unique=False, postgresql_where="status = 'open'"
        )

    op.create_table(
        "timers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("due_at", db.Instant(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timers_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("case_id", "token", name=op.f("uq_timers_case_id")),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index("ix_timers_due", ["due_at"], unique=False, postgresql_where="status = 'waiting'")

    op.create_table(
        "apologies",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_by", db.Instant(timezone=True), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("opened_at", db.Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", db.Instant(timezone=True), nullable=True),
        sa.Column("notice_sent_at", db.Instant(timezone=True), nullable=True),
        sa.Column("escalated_at", db.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_apologies_case_id_cases")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_apologies_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apologies")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_apologies_case_id")),
    )
    with op.batch_alter_table("apologies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_apologies_document_id"), ["document_id"], unique=False)

    op.create_table(
        "interruptions",
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", db.Instant(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_interruptions_clock_id_clocks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interruptions")),
    )
    with op.batch_alter_table("interruptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interruptions_clock_id"), ["clock_id"], unique=False)

    op.create_table(
        "signing_consents",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", db.Instant(timezone=True), nullable=False),
        sa.Column("used_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_signing_consents_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_signing_consents_mandate_id_mandates")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signing_consents_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_consents")),
    )
    with op.batch_alter_table("signing_consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_consents_document_id"), ["document_id"], unique=False)

    op.create_table(
        "task_notes",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", db.Instant(timezone=True), nullable=False),
        sa.Column("answers", db.Record(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_notes_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_notes")),
    )
    with op.batch_alter_table("task_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_notes_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_notes_task_id"))

    op.drop_table("task_notes")
    with op.batch_alter_table("signing_consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_consents_document_id"))

    op.drop_table("signing_consents")
    with op.batch_alter_table("interruptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interruptions_clock_id"))

    op.drop_table("interruptions")
    with op.batch_alter_table("apologies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_apologies_document_id"))

    op.drop_table("apologies")
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index("ix_timers_due", postgresql_where="status = 'waiting'")

    op.drop_table("timers")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_tasks_mine", postgresql_where="status = 'open'")
        batch_op.drop_index("ix_tasks_inbox", postgresql_where="status = 'open'")
        batch_op.drop_index(batch_op.f("ix_tasks_case_id"))

    op.drop_table("tasks")
    with op.batch_alter_table("supplement_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplement_requests_case_id"))

    op.drop_table("supplement_requests")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index("ix_subscriptions_message")

    op.drop_table("subscriptions")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_unit")
        batch_op.drop_index("ix_reports_status")
        batch_op.drop_index(batch_op.f("ix_reports_sender_id"))
        batch_op.drop_index("ix_reports_public")
        batch_op.drop_index(batch_op.f("ix_reports_dossier_id"))

    op.drop_table("reports")
    with op.batch_alter_table("raw_filings", schema=None) as batch_op:
        batch_op.drop_index("ix_raw_filings_status")
        batch_op.drop_index("ix_raw_filings_case")

    op.drop_table("raw_filings")
    op.drop_table("passages")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_status")
        batch_op.drop_index(batch_op.f("ix_notices_case_id"))

    op.drop_table("notices")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_incidents_case")

    op.drop_table("incidents")
    with op.batch_alter_table("dossiers", schema=None) as batch_op:
        batch_op.drop_index("ix_dossiers_status_promised")
        batch_op.drop_index("ix_dossiers_receiving")
        batch_op.drop_index(batch_op.f("ix_dossiers_procedure"))
        batch_op.drop_index("ix_dossiers_owner_search")
        batch_op.drop_index("ix_dossiers_handling")
        batch_op.drop_index(batch_op.f("ix_dossiers_applicant_id"))

    op.drop_table("dossiers")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_sha256"))
        batch_op.drop_index("ix_documents_case")

    op.drop_table("documents")
    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_components_case_id"))

    op.drop_table("components")
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.drop_index("ix_clocks_next", postgresql_where="status = 'running'")

    op.drop_table("clocks")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_status")

    op.drop_table("calls")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachments_draft_id"))
        batch_op.drop_index(batch_op.f("ix_attachments_case_id"))

    op.drop_table("attachments")
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_working_copies_procedure"))

    op.drop_table("working_copies")
    op.drop_table("drafts")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_bundle_id"))

    op.drop_table("cases")
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandates_person_id"))
        batch_op.drop_index(batch_op.f("ix_mandates_office_id"))

    op.drop_table("mandates")
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.drop_index("ix_bundles_in_force")
        batch_op.drop_index(batch_op.f("ix_bundles_digest"))

    op.drop_table("bundles")
    op.drop_table("series")
    op.drop_table("progress")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_search")
        batch_op.drop_index(batch_op.f("ix_people_identity_number"))

    op.drop_table("people")
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offices_parent_id"))

    op.drop_table("offices")
    with op.batch_alter_table("numbers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_numbers_document_id"))

    op.drop_table("numbers")
    op.drop_table("journal_personal")
    op.drop_table("journal_offices")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entries_at")

    op.drop_table("journal_entries")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_status_finished")
        batch_op.drop_index("ix_jobs_ready", postgresql_where="status in ('ready', 'leased')")

    op.drop_table("jobs")
    op.drop_table("calendars")
    op.drop_table("calendar_days")
    op.drop_table("api_clients")
