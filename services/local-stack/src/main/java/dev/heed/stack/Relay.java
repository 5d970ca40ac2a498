package dev.heed.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Carries bytes between a service and the broker. While the file {@code cut} exists nothing passes
 * in either direction and new connections get no answer, as when a cable is pulled: what was on its
 * way arrives when it is plugged in again.
 */
final class Relay implements AutoCloseable {

  private static final int BUFFER = 1 << 16;
  private static final int BACKLOG = 256;
  private static final long LOOK_MILLIS = 20;

  private final ServerSocket server;
  private final int target;
  private final Path cut;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Listens on a loopback port and connects to another for each connection. */
  Relay(int port, int target, Path cut) {
    this.target = target;
    this.cut = cut;
    try {
      server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new StackException("cannot listen on port " + port + ": " + e.getMessage());
    }
    Thread.ofVirtual().name("relay-" + port).start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        Thread.ofVirtual().start(() -> join(near));
      } catch (IOException e) {
        if (!server.isClosed()) {
          System.out.println("  a relay could not accept a connection");
        }
      }
    }
  }

  private void join(Socket near) {
    open.add(near);
    try (near) {
      awaitWhole();
      try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
        open.add(far);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        Thread back = Thread.ofVirtual().start(() -> pump(far, near));
        pump(near, far);
        back.join();
        open.remove(far);
      }
    } catch (IOException e) {
      // The broker is down: the service sees its connection closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(near);
    }
  }

  /** One direction; its end ends both, as a broken connection does. */
  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitWhole();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One side is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shut(from);
      shut(to);
    }
  }

  private void awaitWhole() throws InterruptedException {
    while (Files.exists(cut) && !server.isClosed()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It ends with the program.
    }
    open.forEach(Relay::shut);
  }
}
