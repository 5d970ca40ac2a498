package dev.heed.trust.reliability;

/** Lets the past of a rater be past, so that the items it hung on may be forgotten. */
public final class Retire {

  private Retire() {}

  /**
   * Folds all events of a rater's window into the belief before it: nothing of them is revised any
   * more, nothing of what they taught is lost.
   */
  public static void freeze(Rater rater) {
    rater.base = rater.belief;
    rater.shown = rater.belief;
    rater.window.clear();
    rater.dirty = 0;
  }
}
