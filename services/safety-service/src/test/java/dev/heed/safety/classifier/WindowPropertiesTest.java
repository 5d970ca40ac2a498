package dev.heed.safety.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Windows of the delivered tokeniser: every token is in one, and none is too long. */
class WindowPropertiesTest {

  private static final Path FOLDER = Path.of("../../models/safety/classifier");
  private static ClassifierSpec spec;
  private static InputEncoder encoder;

  @BeforeContainer
  static void open() throws IOException {
    spec = Classifiers.read(FOLDER);
    encoder = new InputEncoder(spec, FOLDER.resolve("tokenizer.json"));
  }

  @AfterContainer
  static void close() {
    encoder.close();
  }

  @Provide
  Arbitrary<String> text() {
    Arbitrary<String> noise = Arbitraries.strings().all().ofMaxLength(300);
    Arbitrary<String> words =
        Arbitraries.of("kill", "unhappily", "the", "\ud83d\udc16", "\u200b", "x\u0301", "$%&");
    return Arbitraries.oneOf(
        noise, words.list().ofMaxSize(900).map(list -> String.join(" ", list)));
  }

  @Property(tries = 400)
  void everyTokenIsInAWindowInOrder(@ForAll("text") String before, @ForAll("text") String text) {
    List<InputEncoder.Window> windows;
    try {
      windows = encoder.encode(new Subject(List.of(before), text, Role.USER));
    } catch (RatingException e) {
      assertEquals(RatingException.Cause.TOO_LONG, e.reason());
      return;
    }
    long[] all = {};
    for (int i = 0; i < windows.size(); i++) {
      long[] ids = windows.get(i).ids();
      assertTrue(ids.length <= spec.maxLength());
      assertEquals(spec.cls(), ids[0]);
      assertEquals(spec.sep(), ids[ids.length - 1]);
      long[] own = Arrays.copyOfRange(ids, windows.get(i).textFrom(), ids.length - 1);
      // The last window ends with the text, and may share more than the others do.
      boolean last = i == windows.size() - 1 && i > 0;
      int shared = i == 0 ? 0 : last ? overlap(all, own) : spec.overlap();
      assertTrue(i == 0 || shared >= spec.overlap(), "neighbours must overlap");
      assertArrayEquals(
          Arrays.copyOfRange(all, all.length - shared, all.length), Arrays.copyOf(own, shared));
      int length = all.length;
      all = Arrays.copyOf(all, length + own.length - shared);
      System.arraycopy(own, shared, all, length, own.length - shared);
    }
    assertEquals(windows.isEmpty(), all.length == 0);
  }

  private static int overlap(long[] before, long[] next) {
    for (int n = Math.min(before.length, next.length); n > 0; n--) {
      if (Arrays.equals(before, before.length - n, before.length, next, 0, n)) {
        return n;
      }
    }
    return 0;
  }
}
