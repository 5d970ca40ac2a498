package dev.heed.safety.matching;

import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Times the matcher with the lists that come with Heed on one thread. */
public final class MatcherBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 200;
  private static final int CHARACTERS = 100_000;
  private static final String PROSE =
      "The river was calm that day, and we took our boat out early; my sister didn't want to come. "
          + "\"There's a process that hangs,\" she said, \"and I have to kill it before 9 o'clock.\" ";
  private static final String FOREIGN =
      "Die Stra\u00dfe war na\u00dfkalt, na\u00efve Leute \u2014 d\u00e9j\u00e0 vu! ";
  private static final String DISGUISED =
      "k1ll y0urself, you f u c k i n g idiooooot, h@te th\u0435m all! ";

  /**
   * Megabytes of UTF-8 in a second of processor time, the median of the runs.
   *
   * @param prose English prose in ASCII
   * @param foreign prose with letters of other alphabets, which is normalised
   * @param disguised nothing but disguised words
   */
  public record Result(double prose, double foreign, double disguised) {}

  private MatcherBench() {}

  /** Times so many runs of each text. */
  public static Result measure(int runs) {
    PhraseMatcher matcher = PhraseMatcher.standard(true);
    return new Result(
        speed(matcher, PROSE, runs),
        speed(matcher, FOREIGN, runs),
        speed(matcher, DISGUISED, runs));
  }

  private static double speed(PhraseMatcher matcher, String piece, int runs) {
    String text = piece.repeat(CHARACTERS / piece.length());
    Subject subject = new Subject(List.of(), text, Role.USER);
    double megabytes = text.getBytes(StandardCharsets.UTF_8).length / 1e6;
    double[] seconds = new double[runs];
    for (int run = -WARM_UP; run < runs; run++) {
      long start = THREADS.getCurrentThreadCpuTime();
      matcher.rate(subject);
      if (run >= 0) {
        seconds[run] = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    return megabytes / seconds[runs / 2];
  }
}
