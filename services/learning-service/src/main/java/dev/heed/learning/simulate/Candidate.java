package dev.heed.learning.simulate;

/**
 * A reply that may be served.
 *
 * @param item names it, across people
 * @param text of the reply
 * @param unsafe P(unsafe) by the safety classifier
 * @param features scaled, for the reward model
 * @param verdict of the hidden judges: only simulated people and the count of shares look
 */
record Candidate(
    String item, String text, double unsafe, float[] features, Judges.Verdict verdict) {}
