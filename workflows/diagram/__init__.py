"""Pictures of a table: SVG for pages, Mermaid text for documents."""
