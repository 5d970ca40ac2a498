package dev.heed.inference.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A command of the tool, run in this JVM. */
final class ToolRun {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ToolRun() {}

  /** The JSON objects that it writes. */
  static List<JsonNode> lines(String input, String... command) throws Exception {
    InputStream in = System.in;
    PrintStream out = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, InferenceTool.run(command));
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : said.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (line.startsWith("{")) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }
}
