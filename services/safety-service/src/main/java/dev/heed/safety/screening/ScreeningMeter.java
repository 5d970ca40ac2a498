package dev.heed.safety.screening;

/** Told what the screening does; the service counts it, the command line need not. */
public interface ScreeningMeter {

  /** Counts nothing. */
  ScreeningMeter NONE =
      new ScreeningMeter() {
        @Override
        public void classified(long nanos) {}

        @Override
        public void cacheHit() {}

        @Override
        public void failed(RatingException.Cause reason) {}
      };

  /** The classifier answered after this many nanoseconds. */
  void classified(long nanos);

  /** A rating came from the cache. */
  void cacheHit();

  /** A text waited this many nanoseconds for its turn at the classifier. */
  default void waited(long nanos) {}

  /** There was no rating; the text is refused. */
  void failed(RatingException.Cause reason);
}
