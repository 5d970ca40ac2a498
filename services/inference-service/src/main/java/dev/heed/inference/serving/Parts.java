package dev.heed.inference.serving;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.SchemaExchange;
import dev.heed.schemas.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** Makes the parts of the flow that come from shared-schemas. */
@Singleton
class Parts {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Produces
  @Singleton
  SchemaCatalog catalog() {
    return SchemaCatalog.ofKnown();
  }

  @Produces
  @Singleton
  SchemaExchange exchange(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, SchemaCatalog catalog) {
    return new SchemaExchange(kafka, Topics.INFERENCE, catalog);
  }

  void close(@Disposes SchemaExchange exchange) {
    exchange.close();
  }

  /** Wants the exchange first: schemas are announced before the first event. */
  @Produces
  @Singleton
  EventCodec codec(SchemaCatalog catalog, SchemaExchange exchange) {
    return new EventCodec(catalog, PATIENCE);
  }
}
