"""The database itself refuses to change or remove what the audit log holds."""

from django.db import migrations

from summitry.core import append_only


def forbid(apps, schema_editor):
    append_only.install(schema_editor.connection)


def allow(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow, elidable=False)]
