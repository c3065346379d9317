"""Electronic case report forms for cell-therapy trials.

Imports point down, one layer to the next; the build fails when one points up.

    cli         what a person types
    app         create_app: binds everything, imported by cli, wsgi.py and the tests only
    web         who asks: thin blueprints
    services    what happens: the only code that writes    |  outputs   what leaves: reads only
    models      what is kept: tables and constraints       |  entry     filling a form in (pure)
    definition  what a form is (pure)                      |  clinical  published scores (pure)
    config      every setting once                         |  extensions  bare, bound by app
"""

__version__ = "0.1.0"
