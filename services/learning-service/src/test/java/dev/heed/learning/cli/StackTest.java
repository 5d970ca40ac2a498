package dev.heed.learning.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the commands say of an answer that they did not expect. */
class StackTest {

  private HttpServer server;
  private String url;
  private Stack stack;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/problem", 409, "{\"detail\":\"it is held\"}");
    answer("/page", 404, "<html>no such page</html>");
    answer("/other", 200, "<html>another program</html>");
    server.start();
    url = "http://localhost:" + server.getAddress().getPort();
    stack = CommandLine.populateCommand(new Stack(), "--url=" + url);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void aRefusalIsToldInItsOwnWords() {
    assertEquals("it is held", refused("/problem"));
  }

  @Test
  void aPageInThePlaceOfAnAnswerIsSaidToBeOne() {
    assertEquals("HTTP 404 and no JSON: " + url + "/page is no API of Heed's", refused("/page"));
    assertEquals("HTTP 200 and no JSON: " + url + "/other is no API of Heed's", refused("/other"));
  }

  @Test
  void aBlankReleaseIsNoRelease() {
    CommandLine tool = new CommandLine(new LearnTool.Learn());
    assertEquals(2, tool.execute("release", " ", "--url=" + url));
    assertEquals(2, tool.execute("rollback", " ", "--url=" + url));
  }

  private String refused(String path) {
    return assertThrows(IOException.class, () -> stack.ask("POST", path)).getMessage();
  }
}
