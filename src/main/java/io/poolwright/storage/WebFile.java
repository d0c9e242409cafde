package io.poolwright.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * A file behind an http or https URL. Uses the JDK's oldest client because it is by far the
 * quickest to start.
 */
public final class WebFile {
  private static final int TRIES = 3;

  private final URL url;
  private final String shown;
  private final @Nullable Trust trust;
  private final Duration connect;
  private final Duration stall;

  private WebFile(URL url, String shown, @Nullable Trust trust, Duration connect, Duration stall) {
    this.url = url;
    this.shown = shown;
    this.trust = trust;
    this.connect = connect;
    this.stall = stall;
  }

  public static WebFile at(String text, Optional<Path> authority) throws StorageFailure {
    return at(text, authority, Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  static WebFile at(String text, Optional<Path> authority, Duration connect, Duration stall)
      throws StorageFailure {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()))) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        Trust trust = secure && authority.isPresent() ? Trust.with(authority.get()) : null;
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new WebFile(
            uri.toURL(),
            uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath(),
            trust,
            connect,
            stall);
      }
    } catch (URISyntaxException | MalformedURLException | IllegalArgumentException invalid) {
      // Said below, without the text: its query may be a signature.
    }
    throw new StorageFailure(
        StorageFailure.Kind.INVALID_REQUEST,
        "httpUrl must be an absolute http or https URL, with special characters percent-encoded.");
  }

  public long download(Destination destination, Patience patience) throws StorageFailure {
    return Download.fetch(
        this::open, destination, patience.withTries(TRIES), "Downloading " + shown);
  }

  private Download.Reply open(long offset, @Nullable String etag)
      throws IOException, StorageFailure {
    if (!(url.openConnection() instanceof HttpURLConnection connection)) {
      throw new StorageFailure(
          StorageFailure.Kind.INVALID_REQUEST, shown + " is not a web address.");
    }
    connection.setConnectTimeout(Math.toIntExact(connect.toMillis()));
    connection.setReadTimeout(Math.toIntExact(stall.toMillis()));
    connection.setRequestProperty("Accept-Encoding", "identity");
    connection.setUseCaches(false);
    if (trust != null && connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(trust.context().getSocketFactory());
    }
    boolean resume = offset > 0 && etag != null && !etag.startsWith("W/");
    if (resume) {
      connection.setRequestProperty("Range", "bytes=" + offset + "-");
      connection.setRequestProperty("If-Range", etag);
    }
    int status = connection.getResponseCode();
    if (status == HttpURLConnection.HTTP_OK) {
      return reply(connection, 0, connection.getContentLengthLong());
    }
    if (status == HttpURLConnection.HTTP_PARTIAL && resume) {
      long left = connection.getContentLengthLong();
      return reply(connection, offset, left < 0 ? -1 : offset + left);
    }
    connection.disconnect();
    throw refusal(status);
  }

  private Download.Reply reply(HttpURLConnection connection, long offset, long length)
      throws IOException {
    InputStream body =
        new FilterInputStream(connection.getInputStream()) {
          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            return in.read(bytes, from, count);
          }

          @Override
          public void close() {
            // Closing the stream itself would first read what is left of a large body.
            connection.disconnect();
          }
        };
    String etag = connection.getHeaderField("ETag");
    boolean store = connection.getHeaderField("x-amz-request-id") != null;
    String md5 =
        store
            ? Download.md5In(etag, connection.getHeaderField("x-amz-server-side-encryption"))
            : null;
    return new Download.Reply(body, offset, length, etag, md5);
  }

  private StorageFailure refusal(int status) throws IOException {
    return switch (status) {
      case 404, 410 ->
          new StorageFailure(
              StorageFailure.Kind.OBJECT_NOT_FOUND,
              shown + " does not exist (HTTP " + status + "); check httpUrl.");
      case 401, 403 ->
          new StorageFailure(
              StorageFailure.Kind.ACCESS_DENIED,
              "Access to "
                  + shown
                  + " was denied (HTTP "
                  + status
                  + "); its signature may have expired: create a new presigned URL.");
      case 408, 425, 429, 500, 502, 503, 504 -> throw new IOException("HTTP " + status);
      default ->
          new StorageFailure(
              StorageFailure.Kind.OTHER,
              shown + " answered HTTP " + status + "; give the URL of the file itself.");
    };
  }
}
