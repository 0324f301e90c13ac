"""The pages, a module for each part of the portal: its routes, and what its templates show."""
