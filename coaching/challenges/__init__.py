"""Things done together for a while: opted into, scored by effort, judged when all is known."""
