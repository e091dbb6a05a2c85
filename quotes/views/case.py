from django.http import HttpRequest, HttpResponse


def stub(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


access = stub
lost_link = stub
overview = stub
answers = stub
messages = stub
recommendation = stub
sign_out = stub
