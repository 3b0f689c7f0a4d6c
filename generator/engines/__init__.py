"""The files by which an engine of CI runs tfstencil: text from a template, without any knowledge of specs."""
