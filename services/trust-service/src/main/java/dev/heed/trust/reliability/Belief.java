package dev.heed.trust.reliability;

/**
 * What the filter believes of one rating.
 *
 * @param user who rated
 * @param item what was rated
 * @param label 1: bad, 0: good
 * @param pRight P(the label is right)
 * @param reliability posterior mean of the rater's balanced accuracy
 * @param reliabilitySd its standard deviation
 * @param priorLogOdds what the frozen classifier says, log-odds of bad
 * @param crowdLogOdds what other raters say, log-odds of bad
 * @param historyLogOdds what this rater's own label says after their history, log-odds of bad
 * @param revision false: the rating's own event; true: a later thought
 */
public record Belief(
    String user,
    String item,
    int label,
    double pRight,
    double reliability,
    double reliabilitySd,
    double priorLogOdds,
    double crowdLogOdds,
    double historyLogOdds,
    boolean revision) {

  /** In [-1, 1]; negative where the opposite of the label is likelier. */
  public double weight() {
    return 2 * pRight - 1;
  }
}
