"""Prose by a language model, of the quotes that an answer already has.

Nothing of it is imported, and no connection is made, unless prose is asked for
and an endpoint is set. docs/language-model.md says how, decision 0005 why so.
"""
