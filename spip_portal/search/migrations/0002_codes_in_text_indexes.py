from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations


class Migration(migrations.Migration):
    """A text index may begin with a column of codes, such as who may read the row."""

    dependencies = [("search", "0001_french")]
    operations = [BtreeGinExtension()]
