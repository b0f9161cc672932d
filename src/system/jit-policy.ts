// Imported for what it does, before all else: most programs of ours end before code that was compiled for them could pay for
// itself, so Bun compiles only what has run eight times as often as it usually asks for. A command takes a sixth less work; what runs for
// long, or does much, is compiled a moment later and loses nothing. A Bun that has no such thing compiles as it always does.
Bun.unsafe.setJITPolicy?.(8);
