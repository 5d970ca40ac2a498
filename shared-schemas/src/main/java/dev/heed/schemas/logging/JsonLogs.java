package dev.heed.schemas.logging;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtHandler;

/**
 * Structured logs on request: with {@code HEED_LOG_JSON=true} every service writes {@link
 * JsonLines} from the moment that its beans start. What the JVM and the framework say before that
 * stays plain.
 */
@ApplicationScoped
public class JsonLogs {

  /** Before all other beans. */
  private static final int FIRST = 1;

  private final boolean wanted;

  JsonLogs(@ConfigProperty(name = "heed.log.json", defaultValue = "false") boolean wanted) {
    this.wanted = wanted;
  }

  void begin(@Observes @Priority(FIRST) StartupEvent event) {
    if (wanted) {
      applyTo(Logger.getLogger("").getHandlers());
    }
  }

  /** Gives every handler that writes a formatter of its own; handlers may hold others. */
  static void applyTo(Handler... handlers) {
    for (Handler handler : handlers) {
      if (handler instanceof ExtHandler outer && outer.getHandlers().length > 0) {
        applyTo(outer.getHandlers());
      } else {
        handler.setFormatter(new JsonLines());
      }
    }
  }
}
