"""The notice says first when nobody reads, or not yet: its words are of 2026-2."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_row_level_security'),
    ]

    operations = [
        migrations.AlterField(
            model_name='share',
            name='notice_version',
            field=models.CharField(default='2026-2', max_length=20, verbose_name='version de la notice'),
        ),
    ]
