"""How a migration meets the database: one write unit, all of it or none of it, on both engines."""

from alembic import context

from skillhub.kernel.db import db
from skillhub.kernel.ledgers import guard
from skillhub.kernel.schema import plain_type

with db.engine.connect().execution_options(writing=True) as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:  # changing a table means building it anew; the references are checked at the end
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=plain_type,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        guard(connection)
        if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"the migration broke references: {broken[:3]}")
    if on_sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
