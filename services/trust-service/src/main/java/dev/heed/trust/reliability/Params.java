package dev.heed.trust.reliability;

/**
 * Constants of the filter; all in log-odds unless said otherwise.
 *
 * @param hazard chance per event that a rater becomes somebody else
 * @param kappa temper of the frozen classifier's log-odds
 * @param anchorClip the classifier's largest say
 * @param messageClip one rater's largest say
 * @param baseClip the largest say of the share of raw labels, where there is no classifier
 * @param pick P(unsafe) among what a picker of unsafe items rates
 * @param baseRate P(unsafe) in the population on which the classifier is calibrated
 * @param sharePrior weight of the initial type shares, in raters
 * @param window events of a rater that may be revised
 * @param raters raters of an item that are told when it moves
 * @param stale change of what is known (sum of probabilities) that makes a window be re-run
 * @param emit change of a probability that is emitted
 * @param budget windows re-run per event; 0: strictly one pass
 * @param proof evidence after which a rater is proven, sum of |2q - 1|
 * @param unprovenCap the largest say of all unproven raters of an item together
 * @param crowdCap where there is a classifier: the largest say of all raters together
 * @param crowdTemper and their temper, as raters of one item are not independent
 * @param defiant share of raters who go for what the classifier gets wrong, before anything is
 *     known; 0: there are none, as in the reference. Only reviews can tell them from others.
 */
public record Params(
    double hazard,
    double kappa,
    double anchorClip,
    double messageClip,
    double baseClip,
    double pick,
    double baseRate,
    double sharePrior,
    int window,
    int raters,
    double stale,
    double emit,
    int budget,
    double proof,
    double unprovenCap,
    double crowdCap,
    double crowdTemper,
    double defiant) {

  /** The measured defaults. */
  public static final Params DEFAULT =
      new Params(.005, .8, 2.5, 4, 2, .95, .5, 8, 64, 32, .3, .1, 4, 4, 3, 2.5, .3, 0);

  /** Where people review some items, so that the classifier itself is found out. */
  public static final Params REVIEWED = DEFAULT.with(DEFAULT.budget(), .04);

  /** Without revision: strictly one pass. */
  public static final Params ONE_PASS = DEFAULT.with(0, DEFAULT.defiant());

  private Params with(int otherBudget, double otherDefiant) {
    return new Params(
        hazard,
        kappa,
        anchorClip,
        messageClip,
        baseClip,
        pick,
        baseRate,
        sharePrior,
        window,
        raters,
        stale,
        emit,
        otherBudget,
        proof,
        unprovenCap,
        crowdCap,
        crowdTemper,
        otherDefiant);
  }
}
