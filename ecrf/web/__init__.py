"""Who asks: thin blueprints that permit, call one service, and answer."""
