package dev.heed.safety.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a stream as UTF-8, strictly: bytes that are none are told and not replaced, so that no
 * text is judged that nobody wrote. A mark at the beginning of the stream is skipped, and so is a
 * carriage return at the end of a line.
 */
final class Utf8Lines {

  /** Longer lines are cut off and told. */
  static final int MAX_LINE = 16 * 1024 * 1024;

  private static final String MARK = "\uFEFF";

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
  private int at;
  private int end;
  private int number;

  /** One line; a text or what is wrong with it. */
  record Line(int number, String text, String problem) {}

  Utf8Lines(InputStream in) {
    this.in = in;
  }

  /** The next line; null at the end. */
  Line next() throws IOException {
    line.reset();
    boolean any = false;
    while (fill()) {
      any = true;
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      keep(stop - at);
      boolean complete = stop < end;
      at = complete ? stop + 1 : stop;
      if (complete) {
        break;
      }
    }
    return any ? line() : null;
  }

  private void keep(int length) {
    // One more than allowed is kept, to know that the line was too long.
    line.write(buffer, at, Math.min(length, MAX_LINE + 1 - Math.min(line.size(), MAX_LINE + 1)));
  }

  private boolean fill() throws IOException {
    if (at == end) {
      end = Math.max(0, in.read(buffer));
      at = 0;
    }
    return at < end;
  }

  private Line line() {
    number++;
    if (line.size() > MAX_LINE) {
      return new Line(number, null, "longer than " + MAX_LINE + " bytes");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(line.toByteArray()))
              .toString();
      text = number == 1 && text.startsWith(MARK) ? text.substring(1) : text;
      return new Line(
          number, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, null);
    } catch (CharacterCodingException e) {
      return new Line(number, null, "not UTF-8");
    }
  }
}
