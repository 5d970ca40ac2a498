package dev.heed.learning.simulate;

/**
 * What a simulated person says.
 *
 * @param id names it
 * @param harm asks for harm; judges and people know, the learner does not
 */
record Prompt(String id, String text, boolean harm) {}
