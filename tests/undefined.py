"""An undefined variable in a template of ours fails the test that renders it (STYLE);
Django would print nothing. What other packages wrote may leave some undefined."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Variable, VariableDoesNotExist

OURS = str(settings.BASE_DIR / "templates")
# `{{ count|default:"" }}` says by itself that there may be none; `{% if %}` and
# `{% for %}` ask Django not to mind.
MAY_BE_MISSING = {"default", "default_if_none"}
resolve_expression, resolve_variable = FilterExpression.resolve, Variable.resolve


class UndefinedVariableError(AssertionError):
    pass


class _Watch(local):
    """What is being resolved, when it must exist. A live server has threads."""

    expression = None

    def resolve_expression(self, expression, context, ignore_failures=False):
        before, template = self.expression, _template(context)
        filters = {function.__name__ for function, _arguments in expression.filters}
        must_exist = not ignore_failures and not filters & MAY_BE_MISSING
        self.expression = (
            (expression, template) if must_exist and template.startswith(OURS) else None
        )
        try:
            return resolve_expression(expression, context, ignore_failures)
        finally:
            self.expression = before

    def resolve_variable(self, variable, context):
        asked = self.expression
        try:
            return resolve_variable(variable, context)
        except VariableDoesNotExist as error:
            if asked:
                words, template = asked
                raise UndefinedVariableError(
                    f"{variable.var} in {{{{ {words} }}}}, {template}"
                ) from error
            raise


def _template(context) -> str:
    """The page being rendered, the layout it extends, or what it includes."""
    template = getattr(getattr(context, "render_context", None), "template", None)
    return str(getattr(getattr(template, "origin", None), "name", ""))


@contextmanager
def undefined_variables_fail() -> Iterator[None]:
    watch = _Watch()

    def expression(self, context, ignore_failures=False):
        return watch.resolve_expression(self, context, ignore_failures)

    def variable(self, context):
        return watch.resolve_variable(self, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FilterExpression, "resolve", expression)
        patch.setattr(Variable, "resolve", variable)
        yield
