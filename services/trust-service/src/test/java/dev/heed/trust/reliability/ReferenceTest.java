package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The filter says what the reference in Python says, belief by belief, in the same order; the
 * streams are made by load-tests/trust/reference_stream.py.
 */
class ReferenceTest {

  private static final double EXACT = 1e-6;

  @ParameterizedTest
  @ValueSource(strings = {"with-prior", "without-prior"})
  void saysWhatTheReferenceSays(String stream) {
    // Given
    // The reference knows no rings.
    Rings none = new Rings(() -> "none", Double.POSITIVE_INFINITY);
    TrustFilter filter = new TrustFilter(Params.DEFAULT, Memory.inMaps(), none);
    // When
    List<Belief> said = new ArrayList<>();
    List<String[]> events = rows(stream + ".events.csv.gz");
    for (String[] e : events) {
      OptionalDouble prior =
          e[3].isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(e[3]));
      said.addAll(filter.rate(e[0], e[1], Integer.parseInt(e[2]), prior));
    }
    // Then
    List<String[]> expected = rows(stream + ".beliefs.csv.gz");
    assertEquals(2000, events.size());
    assertTrue(expected.size() > events.size(), "the stream causes revisions");
    for (int i = 0; i < Math.min(expected.size(), said.size()); i++) {
      String[] row = expected.get(i);
      Belief belief = said.get(i);
      String where = stream + ", belief " + i + ": " + belief;
      assertEquals(row[0], belief.user(), where);
      assertEquals(row[1], belief.item(), where);
      assertEquals(Double.parseDouble(row[2]), belief.pRight(), EXACT, where);
      assertEquals(Double.parseDouble(row[3]), belief.reliability(), EXACT, where);
    }
    assertEquals(expected.size(), said.size());
  }

  private static List<String[]> rows(String name) {
    var in = Objects.requireNonNull(ReferenceTest.class.getResourceAsStream("/reference/" + name));
    try (var reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      return reader.lines().map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
