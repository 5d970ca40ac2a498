package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say when things are not as they should be. */
class CommandsIT {

  @TempDir Path folder;

  @Test
  void aPortInUseIsNamed() throws IOException, InterruptedException {
    int port = Stack.freeRange();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Stack.Outcome outcome = new Stack(folder, port).heed("up", "--port", Integer.toString(port));
      assertEquals(1, outcome.code());
      assertTrue(outcome.out().contains("port " + taken.getLocalPort()), outcome.out());
      assertTrue(outcome.out().contains("--port"), outcome.out());
    }
  }

  @Test
  void aFolderWithoutAModelIsNamed() throws IOException, InterruptedException {
    int port = Stack.freeRange();
    Stack.Outcome outcome =
        new Stack(folder, port)
            .heed("up", "--port", Integer.toString(port), "--model", folder.toString());
    assertEquals(1, outcome.code());
    assertTrue(outcome.out().contains("genai_config.json"), outcome.out());
  }

  @Test
  void aDataFolderThatCannotBeIsNamed() throws IOException, InterruptedException {
    Path file = Files.createFile(folder.resolve("file"));
    Stack.Outcome outcome = new Stack(file, Stack.freeRange()).heed("up");
    assertEquals(1, outcome.code());
    assertTrue(outcome.out().contains("--data"), outcome.out());
  }

  @Test
  void nothingRunningIsNoError() throws IOException, InterruptedException {
    Stack stack = new Stack(folder, Stack.freeRange());
    assertEquals(StatusCommand.NOT_RUNNING, stack.heed("status").code());
    assertEquals("{\"running\":false}", stack.heed("status", "--json").out().strip());
    assertEquals(0, stack.down().code());
    Stack.Outcome chat = stack.heed("chat", "Hello");
    assertEquals(1, chat.code());
    assertTrue(chat.out().contains("./heed up"), chat.out());
  }

  @Test
  void wrongUsageExitsWithTwo() throws IOException, InterruptedException {
    Stack stack = new Stack(folder, Stack.freeRange());
    assertEquals(2, stack.heed("up", "--no-such-flag").code());
    assertEquals(2, stack.heed("no-such-command").code());
    assertEquals(0, stack.heed("--help").code());
  }
}
