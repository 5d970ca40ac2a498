package dev.heed.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.broker.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** A key's holder speaks for their own users, each of whom has their own conversations. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class UserTest {

  @TestHTTPResource("/")
  URI base;

  @Test
  void eachUserOfAKeyHasTheirOwn() {
    // Given
    Client holder = Client.stranger(base);
    holder.open();
    String annas = holder.json("POST", "/v1/conversations", "{'user':'anna'}").path("id").asText();
    String path = "/v1/conversations/" + annas;
    // Then
    assertEquals(200, holder.send("GET", path + "?user=anna", "").statusCode());
    assertEquals(404, holder.send("GET", path, "").statusCode());
    assertEquals(404, holder.send("GET", path + "?user=ben", "").statusCode());
    assertEquals(404, Client.stranger(base).send("GET", path + "?user=anna", "").statusCode());
    assertEquals(1, holder.json("GET", "/v1/conversations?user=anna", "").path("data").size());
    assertEquals(1, holder.json("GET", "/v1/conversations", "").path("data").size());
    assertEquals(
        404, holder.send("POST", path + "/turns", "{'text':'Hi','user':'ben'}").statusCode());
    assertEquals(
        202, holder.send("POST", path + "/turns", "{'text':'Hi','user':'anna'}").statusCode());
    assertEquals(200, holder.send("PATCH", path, "{'title':'Hers','user':'anna'}").statusCode());
    assertEquals(204, holder.send("DELETE", path + "?user=anna", "").statusCode());
    assertEquals(0, holder.json("GET", "/v1/conversations?user=anna", "").path("data").size());
  }
}
