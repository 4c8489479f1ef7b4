"""Order API: returns an order, once it is confirmed, with the labels of its parcels."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

import boto3

logger = logging.getLogger("orders")
logger.setLevel(logging.INFO)

dynamodb = boto3.client("dynamodb")

TABLE = os.environ["ORDERS_TABLE"]
CONFIRMATION_WAIT_SECONDS = float(os.environ["CONFIRMATION_WAIT_SECONDS"])
POLL_SECONDS = 0.5

# Raster of the company mark, as label printers take it (ZPL, ^GFA).
MARK = "^GFA,448,448,14," + "7FC0" * 224


class OrderNotFoundError(LookupError):
    """No such order in the table."""


class OrderNotConfirmedError(RuntimeError):
    """The order stayed pending for as long as callers are willing to wait."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the order named by `order_id` and the number of its labels."""
    order_id = event["order_id"]
    logger.info("get order %s from table %s", order_id, TABLE)
    order = confirmed_order(order_id)
    labels = parcel_labels(order)
    return {"order_id": order_id, "status": order["status"]["S"], "labels": len(labels)}


def confirmed_order(order_id: str) -> dict[str, Any]:
    """Read the order, waiting for its confirmation."""
    started = time.monotonic()
    while True:
        order = read_order(order_id)
        if order["status"]["S"] == "CONFIRMED":
            return order
        waited = time.monotonic() - started
        if waited >= CONFIRMATION_WAIT_SECONDS:
            message = f"order {order_id} is still {order['status']['S']} after {waited:.1f} s"
            raise OrderNotConfirmedError(message)
        logger.info(
            "order %s is %s, waiting for its confirmation (%.1f of up to %.0f s)",
            order_id,
            order["status"]["S"],
            waited,
            CONFIRMATION_WAIT_SECONDS,
        )
        time.sleep(POLL_SECONDS)


def read_order(order_id: str) -> dict[str, Any]:
    """Read one order, with all updates that were acknowledged before."""
    response = dynamodb.get_item(TableName=TABLE, Key={"order_id": {"S": order_id}}, ConsistentRead=True)
    if "Item" not in response:
        raise OrderNotFoundError(order_id)
    return response["Item"]


def parcel_labels(order: dict[str, Any]) -> list[str]:
    """Make one printable label for each unit of the order."""
    quantity = int(order["quantity"]["N"])
    logger.info("make %d parcel labels for order %s", quantity, order["order_id"]["S"])
    return [
        f"^XA{MARK}^FO40,120^BCN,90^FD{order['order_id']['S']}-{unit:08d}^FS^FO40,240^FD{order['sku']['S']}^FS^XZ"
        for unit in range(1, quantity + 1)
    ]
