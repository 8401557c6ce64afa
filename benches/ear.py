"""A server that writes down what it is asked.

In: a port of loopback. Out: every request as it was sent. Never: answers as a deployment would.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Ear:
    """Listens for as long as a `with` lasts; `heard` holds the requests in the order in which they came."""

    def __enter__(self):
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                heard.append(
                    {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": body}
                )
                answer = b'{"error_code":"IDAAS.SDK.NONE","error_msg":"heard"}'
                self.send_response(400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
