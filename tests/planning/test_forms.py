"""Forms drawn from the shelf of award schemes: every choice has words, every list an example."""

from enum import StrEnum
from typing import get_args, get_type_hints

import pytest

from skillhub.awards.schemes import SCHEMES
from skillhub.planning.forms import EXAMPLES, WORDS, own_and_common


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.code)
def test_every_choice_of_a_scheme_has_words(scheme):
    hints = get_type_hints(scheme).values()
    kinds = [kind for hint in hints for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    choices = {str(value) for kind in kinds if issubclass(kind, StrEnum) for value in kind}
    assert choices - set(WORDS) == set(), "say in planning.forms.WORDS what they mean"


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.code)
def test_a_list_of_titles_is_explained_by_an_example(scheme):
    own, _ = own_and_common(scheme)
    assert "titles" not in own or scheme.code in EXAMPLES
