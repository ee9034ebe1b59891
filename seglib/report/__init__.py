"""From an executed notebook to a page, a PDF and the site that lists them."""
