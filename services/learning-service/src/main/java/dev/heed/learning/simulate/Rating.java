package dev.heed.learning.simulate;

/**
 * A thumb that was given.
 *
 * @param user pseudonym
 * @param honest whether well-meaning people gave it: for the oracle alone
 * @param prompt number of the prompt
 * @param rude the reason of a thumb down, "rude or inappropriate"; false: another one
 */
record Rating(String user, boolean honest, int prompt, Candidate reply, boolean up, boolean rude) {}
