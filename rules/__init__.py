"""The one expression language of gateways, decisions, forms and letters: FEEL, and the DMN tables written in it."""
