package dev.heed.safety.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text. */
class MatcherPropertiesTest {

  private static final PhraseMatcher MATCHER = PhraseMatcher.standard(false);

  private static Rating rate(String text) {
    return MATCHER.rate(new Subject(List.of(), text, Role.USER));
  }

  @Provide
  Arbitrary<String> anyText() {
    Arbitrary<String> noise = Arbitraries.strings().all().ofMaxLength(60);
    Arbitrary<String> tricky =
        Arbitraries.strings()
            .withChars("kil1!|@$0a s.-*\u200b\u0301\u0456\u00ad\ud835\udd28\ud800")
            .ofMaxLength(60);
    Arbitrary<String> words = Arbitraries.of("kill", "yourself", "k i l l", "bomb", "the", "y0u");
    return Arbitraries.oneOf(
        noise, tricky, words.list().ofMaxSize(12).map(l -> String.join(" ", l)));
  }

  @Property(tries = 3000)
  void noTextBreaksIt(@ForAll("anyText") String text) {
    Rating rating = rate(text);

    assertTrue(rating.unsafe() >= 0 && rating.unsafe() <= 1);
  }

  @Property(tries = 2000)
  void foldingTwiceIsFoldingOnce(@ForAll("anyText") String text) {
    String once = Folding.fold(text);

    assertEquals(once, Folding.fold(once));
    assertTrue(!once.contains("  ") && once.equals(once.strip()));
  }

  @Property(tries = 1000)
  void aPhraseIsFoundInAnySurroundings(
      @ForAll("anyText") String before, @ForAll("anyText") String after) {
    Rating rating = rate(before + "\n. how to make a pipe bomb .\n" + after);

    assertTrue(rating.scores().containsKey("harm_request"));
  }

  /** The short way for ASCII must fold as the long way does. */
  @Property(tries = 2000)
  void asciiFoldsTheSameBesideOtherLetters(@ForAll("ascii") String text) {
    assertEquals(Folding.fold(text), Folding.fold(text + " \u2014"));
  }

  @Provide
  Arbitrary<String> ascii() {
    return Arbitraries.strings().ascii().ofMaxLength(60);
  }

  @Example
  void timeGrowsWithTheTextAndNotFaster() {
    String[] hard = {
      "kill ",
      "k i l l ",
      "aaaaaaaa",
      "k*ll* ",
      "kill a the process ",
      "1!|@$ ",
      "a\u0301\u0301",
      "\u0456\u200b",
      "how to make a pipe ",
      "* ",
      "\ud83d\udc16"
    };
    for (String piece : hard) {
      String small = piece.repeat(4_000);
      String large = piece.repeat(80_000);
      best(small);
      double ratio = (double) best(large) / Math.max(best(small), 100_000);
      // Twenty times the text; the square would be four hundred times the time.
      assertTrue(ratio < 150, () -> piece + ": " + ratio + " times the time of a 20th");
    }
  }

  /** Processor time of this thread: other programs on the machine do not count. */
  private static long best(String text) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = threads.getCurrentThreadCpuTime();
      rate(text);
      best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
    }
    return best;
  }
}
