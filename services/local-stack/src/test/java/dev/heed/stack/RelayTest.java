package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay lets through: everything, and nothing while it is cut. */
class RelayTest {

  private static final byte[] WORDS = "one two three".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private Path cut;
  private ServerSocket echo;
  private Relay relay;
  private int port;

  @BeforeEach
  void open() throws IOException {
    cut = folder.resolve("cut");
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::answer);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    relay = new Relay(port, echo.getLocalPort(), cut);
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    echo.close();
  }

  private void answer() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The test has closed it.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(300);
    return socket;
  }

  private static void say(Socket socket) throws IOException {
    socket.getOutputStream().write(WORDS);
  }

  private static byte[] hear(Socket socket) throws IOException {
    return socket.getInputStream().readNBytes(WORDS.length);
  }

  @Test
  void whatIsOnItsWayArrivesWhenTheCableIsPluggedInAgain() throws IOException {
    try (Socket socket = connect()) {
      // Given
      say(socket);
      assertArrayEquals(WORDS, hear(socket));
      // When
      Files.createFile(cut);
      say(socket);
      // Then
      assertThrows(SocketTimeoutException.class, () -> hear(socket));
      Files.delete(cut);
      socket.setSoTimeout(10_000);
      assertArrayEquals(WORDS, hear(socket));
    }
  }

  @Test
  void aNewConnectionGetsNoAnswerWhileItIsCut() throws IOException {
    Files.createFile(cut);
    try (Socket socket = connect()) {
      say(socket);
      assertThrows(SocketTimeoutException.class, () -> hear(socket));
      Files.delete(cut);
      socket.setSoTimeout(10_000);
      assertArrayEquals(WORDS, hear(socket));
    }
  }

  @Test
  void aBrokerThatIsGoneEndsTheConnection() throws IOException {
    try (Socket socket = connect()) {
      echo.close();
      socket.setSoTimeout(10_000);
      try (Socket late = connect()) {
        late.setSoTimeout(10_000);
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(() -> assertEquals(-1, late.getInputStream().read()));
      }
    }
  }
}
