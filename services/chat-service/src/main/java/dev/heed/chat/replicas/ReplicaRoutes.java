package dev.heed.chat.replicas;

import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.store.ConversationJson;
import dev.heed.chat.store.LocalStore;
import dev.heed.chat.store.NotHereException;
import dev.heed.chat.store.StoredConversation;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What a replica of chat-service tells the others, on the management port and only to who shows the
 * key that replicas share. 421: the partition is not held here.
 */
@ApplicationScoped
public class ReplicaRoutes {

  static final String CONVERSATIONS = "/replica/conversations";
  static final String PEOPLE = "/replica/people";
  static final String READERS = "/replica/readers";

  private static final Logger LOG = Logger.getLogger(ReplicaRoutes.class);
  private static final int MISDIRECTED = 421;

  private final LocalStore store;
  private final Replies replies;
  private final ReplicaKey key;

  ReplicaRoutes(LocalStore store, Replies replies, ReplicaKey key) {
    this.store = store;
    this.replies = replies;
    this.key = key;
  }

  static String pathSafe(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8);
  }

  void routes(@Observes ManagementInterface management) {
    Router router = management.router();
    on(router, CONVERSATIONS + "/:partition/:id", this::conversation);
    on(router, PEOPLE + "/:partitions/:pseudonym", this::heads);
    on(router, READERS + "/:replyId", this::readers);
  }

  private void on(Router router, String path, Consumer<RoutingContext> handler) {
    router
        .get(path)
        .handler(
            context -> Thread.ofVirtual().name("replica").start(() -> serve(context, handler)));
  }

  private void serve(RoutingContext context, Consumer<RoutingContext> handler) {
    if (!key.opens(context.request().getHeader(ReplicaKey.HEADER))) {
      end(context, 403);
      return;
    }
    try {
      handler.accept(context);
    } catch (NotHereException e) {
      end(context, MISDIRECTED);
    } catch (NumberFormatException e) {
      end(context, 400);
    } catch (RuntimeException e) {
      LOG.errorf("A replica's question failed: %s", e.getClass().getName());
      end(context, 500);
    }
  }

  private void conversation(RoutingContext context) {
    int partition = Integer.parseInt(context.pathParam("partition"));
    Optional<StoredConversation> found = store.get(partition, context.pathParam("id"));
    if (found.isPresent()) {
      json(context, Buffer.buffer(ConversationJson.write(found.get())));
    } else {
      end(context, 404);
    }
  }

  private void heads(RoutingContext context) {
    Set<Integer> partitions =
        Stream.of(context.pathParam("partitions").split(",", -1))
            .map(Integer::valueOf)
            .collect(Collectors.toSet());
    String heads =
        store.heads(partitions, context.pathParam("pseudonym")).stream()
            .map(head -> new String(ConversationJson.write(head), StandardCharsets.UTF_8))
            .collect(Collectors.joining(",", "[", "]"));
    json(context, Buffer.buffer(heads));
  }

  private void readers(RoutingContext context) {
    boolean read = replies.find(context.pathParam("replyId")).map(LiveReply::readers).orElse(0) > 0;
    end(context, read ? 200 : 404);
  }

  private static void json(RoutingContext context, Buffer body) {
    context.response().putHeader("Content-Type", "application/json").end(body);
  }

  private static void end(RoutingContext context, int status) {
    context.response().setStatusCode(status).end();
  }
}
