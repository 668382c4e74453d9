"""The insides of libraries that the platform leans on: beyond what they document, checked against these versions.

Each names who leans on it and for what. The digest is that of its source: when a new version of a library changes one, the test
beside this fails, and whoever pins the version reads the new source, mends what leans on it, and writes down the new digest.
"""

from __future__ import annotations

#: library: (version, {module:name: (who leans on it and how, digest of the source)})
INSIDES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "gunicorn": (
        "27.0.1",
        {
            "gunicorn.workers.ggevent:GeventWorker.run": (
                "transport.worker: server_class, wsgi_handler, closing servers first at the end",
                "7f537027e7a5",
            ),
            "gunicorn.glogging:Logger.setup": (
                "gunicorn.conf: sets handlers, which are then replaced or get our form",
                "813ebaa3acc1",
            ),
        },
    ),
    "gevent": (
        "26.9.0",
        {
            "gevent.pywsgi:WSGIHandler.__init__": (
                "transport.handler: takes what it is to read from, which it calls deprecated",
                "8787fb6e64ae",
            ),
            "gevent.pywsgi:WSGIHandler.start_response": (
                "transport.handler: `status` and `response_headers` are bytes, ready to be sent",
                "97d5dc151691",
            ),
            "gevent.pywsgi:WSGIHandler.handle": (
                "transport.handler: a socket of None ends the loop and is not closed",
                "f4b692f49520",
            ),
            "gevent.pywsgi:WSGIHandler.handle_one_request": (
                "transport.handler: reads the head, then calls get_environ",
                "5b87fae441aa",
            ),
            "gevent.pywsgi:WSGIHandler.read_request": ("transport.headers: what it asks of the fields", "0d43d71ab182"),
            "gevent.pywsgi:WSGIHandler.get_environ": ("transport.headers: what it asks of the fields", "20bafacb062c"),
            "gevent.pywsgi:WSGIHandler.handle_one_response": (
                "transport.handler: reads what is left of a body after run_application",
                "fb34ed09667c",
            ),
            "gevent.pywsgi:WSGIHandler._handle_client_error": (
                "transport.handler: prints tracebacks of what is no ValueError",
                "54c5bd0ebdb8",
            ),
            "gevent.pywsgi:WSGIHandler._sendall": ("transport.handler: everything that is sent goes this way", "a689eea6f793"),
            "gevent.pywsgi:WSGIHandler._check_http_version": ("transport.handler: replaced", "4d63ea9f2865"),
            "gevent.pywsgi:Input": (
                "transport.handler: content_length, position, chunked_input and chunk_length say what is left",
                "93ba98fc9309",
            ),
            "gevent.pywsgi:WSGIHandler._headers": ("transport.handler: replaced", "f895234e84c7"),
            "gevent.pywsgi:WSGIHandler.process_result": ("transport.handler: sends a refusal", "ed0e7c732b76"),
            "gevent.pywsgi:WSGIServer.set_max_accept": ("transport.worker: overridden", "2bae14c52e1d"),
            "gevent.server:StreamServer.do_read": ("transport.worker: None where nobody waits", "67050788bb85"),
            "gevent.hub:Hub.print_exception": (
                "ops.logging: replaced; is called for every error that nobody handles",
                "59a3901d4246",
            ),
            "gevent._socket3:socket.detach": ("transport.handler: leaves nothing that watches the descriptor", "08151b082b33"),
        },
    ),
    "gevent-websocket": (
        "0.10.1",
        {
            "geventwebsocket.handler:WebSocketHandler.run_application": ("transport.handler: replaced", "8c5a893c6cf5"),
            "geventwebsocket.handler:WebSocketHandler.upgrade_websocket": (
                "transport.handler: checks the handshake, returns the words of a refusal",
                "5f3544277d89",
            ),
            "geventwebsocket.handler:WebSocketHandler.upgrade_connection": (
                "transport.handler: sets `websocket`, prepares the 101 and does not send it",
                "9b4efe5dcef1",
            ),
            "geventwebsocket.handler:WebSocketHandler.start_response": (
                "transport.handler: `wsgi.websocket` of None makes it plain HTTP",
                "36c9e0276800",
            ),
            "geventwebsocket.websocket:WebSocket.__del__": (
                "transport.handler: says goodbye, and nothing where `close` fails",
                "7a862616ebb8",
            ),
            "geventwebsocket.websocket:WebSocket.close": (
                "transport.handler: looks first whether it is `closed`",
                "b8b30c416874",
            ),
        },
    ),
    "python-engineio": (
        "4.15.1",
        {
            "engineio.server:Server.handle_request": (
                "transport.engine: calls _handle_connect for new clients; ignores what is no dict",
                "a7dcc0a2eab3",
            ),
            "engineio.server:Server._handle_connect": ("transport.engine: replaced", "25f27a26f8eb"),
            "engineio.server:Server._trigger_event": ("transport.engine: tells the end of a session", "f5c27081f408"),
            "engineio.base_server:BaseServer._upgrades": ("transport.engine: of the opening packet", "f21eb6535c5d"),
            "engineio.base_server:BaseServer._ok": ("transport.engine: the answer to a poll", "a3353076afa0"),
            "engineio.base_server:BaseServer._get_socket": ("transport.engine: replaced", "aab01e992b6a"),
            "engineio.socket:Socket.handle_get_request": ("transport.session: calls _upgrade_websocket", "b028f2fb6ba7"),
            "engineio.socket:Socket.poll": ("transport.session: None in the queue ends a poll", "81d6264d9e4e"),
            "engineio.socket:Socket.close": ("transport.session: forgets the session too", "f271bf2dacfc"),
            "engineio.socket:Socket.handle_post_request": (
                "transport.session: raises anything for what is no packet",
                "3f9e1c1a3b84",
            ),
            "engineio.socket:Socket.receive": ("transport.session: for what is neither heartbeat nor message", "e8c65b1ff201"),
        },
    ),
    "python-socketio": (
        "5.18.1",
        {
            "socketio.base_server:BaseServer.__init__": (
                "transport.server: serializer, client_manager, the handlers of eio",
                "e76cad8a28fb",
            ),
            "socketio.server:Server._send_packet": ("transport.server: replaced", "e0aaf617c2d2"),
            "socketio.server:Server._handle_eio_message": (
                "transport.server: of everything but the usual event; raises ValueError for what is no packet",
                "31cc27109376",
            ),
            "socketio.server:Server._handle_connect": (
                "transport.rooms, realtime.guard: pre_connect, then connect or disconnect",
                "f3157999751b",
            ),
            "socketio.server:Server._handle_disconnect": ("transport.rooms: pre_disconnect, then disconnect", "7d9af9b07056"),
            "socketio.server:Server._handle_event": ("transport.server: replaced", "3111c0bff3db"),
            "socketio.server:Server._handle_event_internal": (
                "transport.server: replaced; acknowledges with what the handler returns",
                "40ee7e865fa0",
            ),
            "socketio.server:Server._trigger_event": ("transport.server: replaced for events", "d10b73152843"),
            "socketio.server:Server.disconnect": ("realtime.guard: with ignore_queue it looks here only", "741e4ac6df93"),
            "socketio.packet:Packet.decode": ("transport.packets: of everything but the usual event", "2b90eebdbf48"),
            "socketio.packet:Packet.reconstruct_binary": (
                "transport.packets: raises anything for a wrong placeholder",
                "81775babfe2d",
            ),
            "socketio.packet:Packet.encode": ("transport.packets: of what has no binary data", "1b948075deba"),
            "socketio.base_manager:BaseManager._generate_ack_id": ("transport.rooms", "e55a18d48a13"),
            "socketio.manager:Manager.emit": ("transport.rooms: replaced", "a730482700b9"),
            "socketio.manager:Manager.disconnect": ("transport.rooms: calls basic_disconnect", "8e1d054952a6"),
            "socketio.manager:Manager.enter_room": ("transport.rooms: calls basic_enter_room", "5159f43e8826"),
        },
    ),
    "flask-socketio": (
        "5.7.0",
        {
            "flask_socketio:SocketIO.init_app": ("transport.server: replaced", "509ad4684e5e"),
        },
    ),
    "prometheus-client": (
        "0.26.0",
        {
            "prometheus_client.mmap_dict:MmapedDict": ("ops.metric_files: adds up what is in such files", "e2158588cc30"),
            "prometheus_client.metrics:Histogram.observe": ("ops.metrics: _upper_bounds, _buckets and _sum", "fa13f7e5cfe9"),
        },
    ),
    "redis": (
        "8.1.0",
        {
            "redis.connection:AbstractConnection.connect": (
                "store.line, store.channel: leaves the socket in _sock",
                "d3c1ebe47288",
            ),
            "redis.connection:ConnectionPool.__init__": (
                "store.servers: connection_class and connection_kwargs make a connection that the pool does not know",
                "956f1de82d0d",
            ),
            "redis.sentinel:SentinelConnectionPool.__init__": ("store.servers: connection_kwargs hold the proxy", "87f1d11f6f34"),
            "redis.sentinel:SentinelManagedConnection._connect_retry": ("store.servers: asks the sentinels", "4c172d4f7346"),
            "redis.exceptions:AskError.__init__": ("store.cluster: host and port of a redirection", "eca18318cdd7"),
            "redis._parsers.base:BaseParser.parse_error": ("store.line: the errors of replies", "4d2c22601743"),
            "redis.client:Redis.execute_command": ("store.connection: replaced", "c3ad0c017bff"),
            "redis.client:Redis.parse_response": ("store.connection: response_callbacks", "d9c5098f2a9e"),
        },
    ),
    "opentelemetry-sdk": (
        "1.45.2",
        {
            "opentelemetry.sdk._shared_internal:BatchProcessor.shutdown": (
                "ops.tracing_spans: called with a time-out; waits for the thread that sends, and no longer",
                "c86ea2e1aa0c",
            ),
        },
    ),
}
