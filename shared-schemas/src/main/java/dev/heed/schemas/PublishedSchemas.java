package dev.heed.schemas;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;

/**
 * Every schema version that was ever released, kept in the jar: {@code published/index} lists them
 * as {@code <Event>.v<N>.avsc}, one a line, oldest first.
 */
public final class PublishedSchemas {

  private static final String FOLDER = "/dev/heed/schemas/published/";

  private PublishedSchemas() {}

  /** All of them, oldest first. */
  public static List<Schema> all() {
    return names().stream().map(PublishedSchemas::read).toList();
  }

  /** The versions of one event, oldest first. */
  public static List<Schema> of(String event) {
    return names().stream()
        .filter(name -> name.startsWith(event + ".v"))
        .map(PublishedSchemas::read)
        .toList();
  }

  private static List<String> names() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open("index"), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema read(String name) {
    try (InputStream in = open(name)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(
        PublishedSchemas.class.getResourceAsStream(FOLDER + name), () -> "no resource " + name);
  }
}
